// SPDX-License-Identifier: Apache-2.0
//
// What no simulated NIC does.
#include "deviceplugin/prepare/settle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/scripted_ethtool.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::prepare {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

// Leases of the daemon's own would make the kernel refuse channels.
TEST(NicPreparation, LetsGoOnceAndOnlyIfASettingIsToBeChanged) {
  const tests::ScratchDirectory scratch;
  const NicJournals journals(scratch.path());
  tests::ScriptedEthtool kernel;
  kernel.channels = kernel::Channels{{7}, 0, 16, 0, 8};
  const auto ethtool = kernel::Ethtool::open(kernel);
  ASSERT_TRUE(ethtool);
  kernel::NicDetails nic;
  nic.nic = {"nic0", "eth0", 7};
  int times = 0;
  const auto settle = [&](std::uint32_t channels) {
    NicPreparation preparation(*ethtool, journals, nic, {{"", 7}, {}, {}, {}});
    preparation.settle(
        {channels, false, {}, false}, [] { return true; }, [&] { ++times; });
  };
  settle(8);
  EXPECT_EQ(times, 0);
  kernel.says_yes = true;
  EXPECT_THROW(settle(4), PreparationError);  // it was tried, and undone
  EXPECT_EQ(times, 1);
}

TEST(NicPreparation, DoesNotTakeADriversWordForIt) {
  const tests::ScratchDirectory scratch;
  const NicJournals journals(scratch.path());
  tests::ScriptedEthtool kernel;
  kernel.channels = kernel::Channels{{7}, 0, 16, 0, 8};
  kernel.says_yes = true;
  const auto ethtool = kernel::Ethtool::open(kernel);
  ASSERT_TRUE(ethtool);
  kernel::NicDetails nic;
  nic.nic = {"nic0", "eth0", 7};
  NicPreparation preparation(*ethtool, journals, nic, {{"", 7}, {}, {}, {}});
  std::string why;
  try {
    preparation.settle({4, false, {}, false}, [] { return true; });
  } catch (const PreparationError& error) {
    why = error.what();
  }
  EXPECT_THAT(why, AllOf(HasSubstr("channels 4"), HasSubstr("it reads back as channels 8")));
  EXPECT_THAT(journals.list().journals, IsEmpty());
}

// gve has rx and tx channels, and refuses any other number of combined ones than 0.
TEST(NicPreparation, SetsTheKindOfChannelsThatTheDriverHas) {
  const tests::ScratchDirectory scratch;
  const NicJournals journals(scratch.path());
  tests::ScriptedEthtool kernel;
  kernel.says_yes = true;
  const auto ethtool = kernel::Ethtool::open(kernel);
  ASSERT_TRUE(ethtool);
  const auto asked = [&](const kernel::Channels& present) {
    kernel.channels = present;
    NicSettings setting;
    setting.channels = 4;
    EXPECT_THROW(put_setting(*ethtool, 7, 0, setting), kernel::KernelError);  // nothing was changed
    return *kernel.asked_channels;
  };
  const auto of_gve = asked({{7}, 8, 0, 8, 0});
  EXPECT_EQ(of_gve.rx_count, 4);
  EXPECT_EQ(of_gve.combined_count, std::nullopt);
  const auto of_others = asked({{7}, 0, 8, 0, 8});
  EXPECT_EQ(of_others.rx_count, std::nullopt);
  EXPECT_EQ(of_others.combined_count, 4);
}

// fbnic's is always on, bnxt's from the start; the kernel heeds only what was set.
TEST(NicPreparation, SetsHeaderSplitThatReadsAsOnOnce) {
  const tests::ScratchDirectory scratch;
  const NicJournals journals(scratch.path());
  tests::ScriptedEthtool kernel;
  kernel.says_yes = true;
  kernel.rings.emplace();
  kernel.rings->tcp_data_split = kernel::TcpDataSplit::enabled;
  const auto ethtool = kernel::Ethtool::open(kernel);
  ASSERT_TRUE(ethtool);
  kernel::NicDetails nic;
  nic.nic = {"nic0", "eth0", 7};
  NicJournal journal{{"", 7}, {}, {}, {}};
  const auto settle = [&](bool header_split) {
    NicPreparation preparation(*ethtool, journals, nic, journal);
    preparation.settle({std::nullopt, header_split, {}, false}, [] { return true; });
    journal = preparation.journal();
    return std::exchange(kernel.changes, {});
  };
  EXPECT_THAT(settle(false), IsEmpty());
  EXPECT_THAT(settle(true), testing::ElementsAre(kernel::EthtoolOp::rings_set));
  EXPECT_THAT(settle(true), IsEmpty());
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
