// SPDX-License-Identifier: Apache-2.0
//
// NICs of every sort are prepared, kept so, and given back as they were.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/system/prep/prep_node.h"

namespace rxlease::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A NIC that is not like others: switches of its driver, and what it can be prepared to.
struct Sort {
  std::string name;
  std::vector<std::pair<std::string, std::string>> switches;
  std::string prepared = "channels 6, rx-gro-hw off, tcp-data-split enabled, hds-thresh 0, rss over [0-3]";
};

class EverySort : public PrepNode, public testing::WithParamInterface<Sort> {
 protected:
  EverySort() {
    for (const auto& [name, value] : GetParam().switches) simnic.set(name, value);
    before = simnic.state();
  }
};

TEST_P(EverySort, OfNicIsPreparedAndGivenBackAsItWas) {
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_EQ(settings(), GetParam().prepared);
  EXPECT_TRUE(counts(preparations("prepared", 1)));
  EXPECT_TRUE(logs({"NIC simnic.0.p1", "is prepared: channels 8 to 6"}));
  end();
  EXPECT_EQ(settings(), GetParam().prepared);
  const auto finished = restore();
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_THAT(finished.output,
              HasSubstr("simnic.0.p1 (" + simnic.ifname() + "): given back: channels 6 to 8"));
  expect_as_it_was();
  EXPECT_THAT(journals(), IsEmpty());
}

TEST_P(EverySort, OfNicIsGivenBackWhenItsPoolLeavesTheFile) {
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  configure_pool("", pool("other", nic->parent(), "[7]"));
  EXPECT_TRUE(comes_back());
  EXPECT_TRUE(counts(preparations("restored", 1)));
  EXPECT_THAT(journals(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Simnic, EverySort,
    testing::Values(Sort{"Usual", {}}, Sort{"WithoutRules", {{"lacks/rules", "Y"}}},
                    Sort{"WithoutContexts", {{"lacks/contexts", "Y"}}},
                    Sort{"WithRulesAtLocations", {{"rules_need_location", "Y"}}},
                    Sort{"Slow", {{"slow/channels", "100"}, {"slow/rings", "100"}, {"slow/rss", "100"}}},
                    Sort{"WithoutRss",
                         {{"lacks/rss", "Y"}},
                         "channels 6, rx-gro-hw off, tcp-data-split enabled, hds-thresh 0"},
                    Sort{"WithRxAndTxChannels",  // as gve
                         {{"separate_channels", "Y"}, {"lacks/threshold", "Y"}, {"lacks/contexts", "Y"}},
                         "channels 6, tx-channels 8, rx-gro-hw off, tcp-data-split enabled, rss over [0-3]"},
                    Sort{"WhoseSplitReadsAsOn", {{"split_reads_on", "Y"}}},  // as fbnic's
                    Sort{"ThatSplitsWithGroHwOnly",
                         {{"split_needs_gro_hw", "Y"}},
                         "channels 6, rx-gro-hw on, tcp-data-split enabled, hds-thresh 0, rss over [0-3]"}),
    [](const auto& instance) { return instance.param.name; });

class Prepared : public PrepNode {};

TEST_F(Prepared, ANicOfADriverWithoutRssServesAsWell) {
  simnic.set("lacks/rss", "Y");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(logs({"NIC simnic.0.p1", "no RSS table"}));
}

// netdevsim splits headers as it comes, and has no RSS.
TEST_F(Prepared, ANicThatIsAsAskedIsLeftAlone) {
  configure({"{ name: rxq, selectors: { parents: [" + nic->parent() + "] }, queues: { ids: [5-7] } }"});
  start();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(logs({"NIC " + nic_name, "no RSS table"}));
  EXPECT_TRUE(counts(preparations("prepared", 0, nic_name)));
}

// The kernel heeds only what was set: whatever the driver reports, it refuses memory providers otherwise.
TEST_F(Prepared, ANicWhoseSplitReadsAsOnHasItSet) {
  simnic.set("split_reads_on", "Y");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  simnic.set("split_reads_on", "N");
  EXPECT_TRUE(is_prepared());
}

TEST_F(Prepared, ACountIsOfTheChannelsThatThereWillBe) {
  configure_pool("queues: { count: 2 }, channels: 6");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(is_prepared());
}

TEST_F(Prepared, ANicWithMoreChannelsLaterHasItsQueuesChosenAnew) {
  simnic.ethtool("-L", "combined 4");
  configure_pool("queues: { count: 2 }");
  start();
  EXPECT_TRUE(watch->shows({{simnic.device_id(2), "Healthy"}, {simnic.device_id(3), "Healthy"}}));
  EXPECT_THAT(settings(), testing::EndsWith("rss over [0-1]"));
  simnic.ethtool("-L", "combined 8");
  EXPECT_TRUE(watch->shows({{simnic.device_id(6), "Healthy"}, {simnic.device_id(7), "Healthy"}}));
  EXPECT_THAT(settings(), testing::EndsWith("rss over [0-5]"));
}

// The channels change while the daemon is busy with another NIC: after it has chosen the queues, and before
// it prepares the NIC for these.
TEST_F(Prepared, ANicWithMoreChannelsMeanwhileIsPreparedBeforeItsNewQueuesAreHealthy) {
  const auto other = kernel::find_nic("/sys", "simnic.0.p2").value();
  const auto ethtool = kernel::Ethtool::open(host().generic()).value();
  const auto set_channels_of_other = [&](std::uint32_t number) {
    ethtool.channels_set(ethtool.channels_get(other.ifindex)->for_rx_queues(number));
  };
  const auto pool_of = [](const std::string& name, const std::string& ifname) {
    return "{ name: " + name + ", selectors: { interfaces: [" + ifname + "] }, queues: { count: 2 } }";
  };
  const auto healthy = [](int first) {
    const auto of = [](int queue) { return "simnic.0.p2-rx" + std::to_string(queue); };
    return Health{{of(first), "Healthy"}, {of(first + 1), "Healthy"}};
  };
  set_channels_of_other(4);
  configure({pool_of("rxq", other.ifname)}, "rescanSeconds: 3600\n");
  start();
  ASSERT_TRUE(watch->shows(healthy(2)));
  for (const auto* operation : {"slow/rings", "slow/rss"}) simnic.set(operation, "500");
  configure({pool_of("slow", simnic.ifname()), pool_of("rxq", other.ifname)}, "rescanSeconds: 3600\n");
  ASSERT_TRUE(eventually([&] { return std::ranges::count(journals(), simnic.name()) == 1; }, patience));
  set_channels_of_other(8);
  EXPECT_TRUE(watch->shows(healthy(6)));
  EXPECT_THAT(describe(deviceplugin::prepare::read_settings(ethtool, other.ifindex, 0).settings),
              testing::EndsWith("rss over [0-5]"));
}

TEST_F(Prepared, TheHostsTableKeepsItsWeights) {
  simnic.ethtool("-X", "weight 3 1 0 0 2 2");
  before = simnic.state();
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  const auto table = kernel::Ethtool::open(host().generic())->rss_get(simnic.ifindex())->queues();
  const auto of = [&](std::uint32_t queue) { return std::count(table.begin(), table.end(), queue); };
  EXPECT_EQ(of(0) + of(1), 128);
  EXPECT_NEAR(static_cast<double>(of(0)), 96, 2);
  end();
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

TEST_F(Prepared, StaysSoWhileDaemonsComeAndGo) {
  start();
  ASSERT_TRUE(is_prepared());
  const auto prepared = simnic.state();
  for (const int signal : {SIGTERM, SIGKILL, SIGTERM}) {
    end(signal);
    EXPECT_EQ(simnic.state(), prepared);
    start();
    EXPECT_TRUE(watch->shows(devices("Healthy")));
    EXPECT_EQ(simnic.state(), prepared);
    EXPECT_TRUE(counts(preparations("prepared", 0)));
  }
  end();
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

TEST_F(Prepared, FollowsItsPoolsConfiguration) {
  start();
  ASSERT_TRUE(is_prepared());
  configure_pool("queues: { ids: [5] }, channels: 7");
  EXPECT_TRUE(watch->shows({{simnic.device_id(5), "Healthy"}}));
  EXPECT_TRUE(eventually([&] { return settings().ends_with("rss over [0-4, 6]"); })) << settings();
  configure_pool("queues: { ids: [5] }, headerSplit: false");
  EXPECT_TRUE(eventually([&] {
    return settings() ==
           "channels 8, rx-gro-hw off, tcp-data-split disabled, hds-thresh 256, rss over [0-4, 6-7]";
  })) << settings();
  configure_pool("queues: { ids: [5] }, headerSplit: false, rss: keep");
  EXPECT_TRUE(comes_back());
  EXPECT_THAT(journals(), IsEmpty());
}

TEST_F(Prepared, ANicThatWasPluggedInAnewIsPreparedAnew) {
  start();
  ASSERT_TRUE(is_prepared());
  simnic.replug();
  EXPECT_TRUE(is_prepared());
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  end();
  simnic.replug();
  const auto fresh = simnic.state();
  const auto finished = restore();
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.output, HasSubstr("simnic.0.p1: it has its defaults, since "));
  EXPECT_EQ(simnic.state(), fresh);
  EXPECT_THAT(journals(), IsEmpty());
}

// As of a machine that was started again: the NIC has the same name, and may have the same ifindex.
TEST_F(Prepared, ANoteOfAnotherBootIsVoid) {
  deviceplugin::prepare::NicJournal journal{{"another", simnic.ifindex()}, {}, {}, {}};
  journal.original.channels = 3;
  journal.set.channels = 8;
  deviceplugin::prepare::NicJournals(journals_directory()).save(simnic.name(), journal);
  configure_pool("queues: { ids: [4, 5] }, headerSplit: false, rss: keep");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  expect_as_it_was();
  EXPECT_THAT(journals(), IsEmpty());
}

TEST_F(Prepared, PoolsOfOneNicAreServedTogether) {
  configure_pool("queues: { ids: [4, 5] }, channels: 6",
                 "{ name: more, selectors: { drivers: [simnic], interfaces: [" + simnic.ifname() +
                     "] }, queues: { ids: [3] } }");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(eventually([&] { return settings().ends_with("rss over [0-2]"); })) << settings();
}

TEST_F(Prepared, PoolsThatDisagreeAreServedInTheirOrder) {
  configure({"{ name: rxq, selectors: { interfaces: [" + simnic.ifname() +
                 "] }, queues: { ids: [4, 5] }, channels: 6 }",
             "{ name: more, selectors: { drivers: [simnic] }, queues: { ids: [3] }, channels: 7 }"},
            "rescanSeconds: 3600\n");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(is_prepared());
  EXPECT_TRUE(logs({"simnic.0.p1-rx3 is unhealthy", "wants 7 channels, and the earlier pool rxq wants 6"}));
}

}  // namespace
}  // namespace rxlease::tests
