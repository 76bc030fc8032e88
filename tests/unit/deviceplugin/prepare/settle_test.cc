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

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
