// SPDX-License-Identifier: Apache-2.0
//
// When a NIC is tried, and with which of its queues.
#include "deviceplugin/prepare/bind_trials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>

#include "kernel/netlink/links.h"
#include "tests/unit/deviceplugin/captured_log.h"
#include "tests/unit/deviceplugin/four_queues.h"
#include "tests/unit/deviceplugin/scripted_ethtool.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::prepare {
namespace {

using nic::BindAnswer;
using nic::Binding;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

// A host with one NIC that splits headers and spreads flows over its queues 0 and 1.
class PreparedHost final : public kernel::Namespace, public kernel::Transport {
 public:
  PreparedHost() {
    ethtool_.rings.emplace();
    ethtool_.rings->tcp_data_split = kernel::TcpDataSplit::enabled;
    ethtool_.rss = kernel::Rss{{5}, 0, kernel::Rss::spread({0, 1}, 4)};
  }

  bool has_xdp_program = false;

  kernel::Transport& route() override { return *this; }
  kernel::Transport& generic() override { return ethtool_; }
  int fd() const override { return -1; }
  std::uint64_t cookie() override { return 1; }
  std::optional<std::string> sysctl(const std::string&) override { return std::nullopt; }
  void set_sysctl(const std::string&, const std::string&) override {}
  void ethtool(const std::string&, const std::string&, std::span<std::uint8_t>) override {}

  std::vector<kernel::Message> exchange(const kernel::Request&) override {
    kernel::Link link;
    link.ifinfo.ifi_index = 5;
    link.xdp.emplace();
    link.xdp->attached = has_xdp_program ? 1 : 0;
    return {{RTM_NEWLINK, encode(link)}};
  }

 private:
  tests::ScriptedEthtool ethtool_;
};

class BindTrialsTest : public testing::Test {
 protected:
  BindTrialsTest() {
    for (auto& device : snapshot.pools.front().devices) device.occupancy = pools::Occupancy::free;
  }

  BindTrials trials() {
    return {host, scratch.path(),
            [this](const kernel::Nic& nic, std::uint32_t queue) {
              steps.push_back("try " + nic.name + "-rx" + std::to_string(queue));
              return answer;
            },
            [this](std::uint32_t ifindex) { steps.push_back("let go of " + std::to_string(ifindex)); }};
  }

  std::string verdict(BindTrials& trials) const { return trials.apply(snapshot).reason("rxq", {"nic0", 2}); }
  pools::DeviceState& device(std::size_t index) { return snapshot.pools[0].devices[index]; }
  nic::QueueState& queue(std::uint32_t id) { return snapshot.nics[0].queues[id]; }

  PreparedHost host;
  tests::ScratchDirectory scratch;
  pools::Snapshot snapshot = node_with_four_queues();
  BindAnswer answer{Binding::works, ""};
  std::vector<std::string> steps;
  tests::CapturedLog log;
};

TEST_F(BindTrialsTest, TryANicOnceIfItWorks) {
  auto first = trials();
  EXPECT_EQ(verdict(first), "");
  EXPECT_EQ(verdict(first), "");
  first.forget_failures();
  EXPECT_EQ(verdict(first), "");
  auto next = trials();
  EXPECT_EQ(verdict(next), "") << "of the daemon that is started next";
  EXPECT_THAT(steps, ElementsAre("try nic0-rx2"));
  EXPECT_THAT(
      log.lines(),
      ElementsAre("info NIC nic0 (eth0): memory can be bound to its queues, as was tried with queue 2"));
}

TEST_F(BindTrialsTest, TryANicThatWasPluggedInAnewOnceMore) {
  auto one = trials();
  one.apply(snapshot);
  snapshot.nics[0].details.nic.ifindex = 6;
  one.apply(snapshot);
  EXPECT_THAT(steps, ElementsAre("try nic0-rx2", "try nic0-rx2"));
}

TEST_F(BindTrialsTest, TryARefusalAgainWhenAskedTo) {
  answer = {Binding::refused, "Operation not supported"};
  auto one = trials();
  EXPECT_THAT(verdict(one), StartsWith("its NIC leases queues, but no memory can be bound"));
  EXPECT_THAT(verdict(one), StartsWith("its NIC leases queues"));
  EXPECT_THAT(steps, ElementsAre("try nic0-rx2"));
  one.forget_failures();
  answer = {Binding::works, ""};
  EXPECT_EQ(verdict(one), "");
}

TEST_F(BindTrialsTest, BlameNoNicForWhatCouldNotBeTried) {
  answer = {Binding::unknown, "io_uring_setup: Operation not permitted"};
  auto one = trials();
  EXPECT_EQ(verdict(one), "");
  one.forget_failures();
  EXPECT_EQ(verdict(one), "");
  EXPECT_THAT(steps, ElementsAre("try nic0-rx2", "try nic0-rx2"));
  EXPECT_THAT(log.lines(),
              ElementsAre("warning NIC nic0 (eth0): whether memory can be bound to its queues could "
                          "not be tried: io_uring_setup: Operation not permitted"))
      << "once";
}

TEST_F(BindTrialsTest, LearnFromAProgramThatHasBoundAQueue) {
  queue(3).memory_provider = true;
  auto one = trials();
  one.apply(snapshot);
  queue(3).memory_provider = false;
  one.apply(snapshot);
  EXPECT_THAT(steps, IsEmpty());
}

TEST_F(BindTrialsTest, LetGoOfAQueueThatIsParked) {
  queue(2).is_parked = true;
  trials().apply(snapshot);
  EXPECT_THAT(steps, ElementsAre("let go of 5", "try nic0-rx2"));
}

TEST_F(BindTrialsTest, TakeAQueueThatNobodyHas) {
  device(0).occupancy = pools::Occupancy::leased;
  trials().apply(snapshot);
  EXPECT_THAT(steps, ElementsAre("try nic0-rx3"));
}

TEST_F(BindTrialsTest, TakeNoQueueThatAnAddIsAboutToLease) {
  snapshot.attachments.emplace_back().devices.emplace_back().id = {"nic0", 2};
  trials().apply(snapshot);
  EXPECT_THAT(steps, ElementsAre("try nic0-rx3"));
}

TEST_F(BindTrialsTest, DoNothingForAPoolOfAfXdp) {
  snapshot.pools[0].use = config::PoolUse::af_xdp;
  trials().apply(snapshot);
  EXPECT_THAT(steps, IsEmpty());
}

TEST_F(BindTrialsTest, DoNothingToANicWithAnXdpProgram) {
  host.has_xdp_program = true;
  trials().apply(snapshot);
  EXPECT_THAT(steps, IsEmpty());
}

// The kernel would refuse, and that would prove nothing; or packets of others would be lost.
TEST_F(BindTrialsTest, DoNothingToANicThatIsNotPrepared) {
  const auto chosen = [&](const std::function<void(NicSettings&)>& change) {
    NicSettings settings;
    settings.tcp_data_split = kernel::TcpDataSplit::enabled;
    settings.hds_thresh = 0;
    settings.rss = {0, 1};
    change(settings);
    return queue_to_try(snapshot, snapshot.nics[0], settings);
  };
  EXPECT_EQ(chosen([](auto&) {}), 2U);
  EXPECT_EQ(chosen([](auto& settings) { settings.hds_thresh.reset(); }), 2U) << "the driver has none";
  EXPECT_EQ(chosen([](auto& settings) { settings.rss = {0, 1, 2}; }), 3U);
  for (const auto& change : std::vector<std::function<void(NicSettings&)>>{
           [](auto& settings) { settings.tcp_data_split = kernel::TcpDataSplit::disabled; },
           [](auto& settings) { settings.tcp_data_split.reset(); },
           [](auto& settings) { settings.hds_thresh = 256; },
           [](auto& settings) {
             settings.rss = {0, 1, 2, 3};
           },
           [](auto& settings) { settings.rss = std::vector<std::uint32_t>{}; },  // the default: over all
           [](auto& settings) { settings.rss.reset(); },
       }) {
    EXPECT_EQ(chosen(change), std::nullopt);
  }
  snapshot.nics[0].cannot_lease = "no queue management";
  EXPECT_EQ(chosen([](auto&) {}), std::nullopt);
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
