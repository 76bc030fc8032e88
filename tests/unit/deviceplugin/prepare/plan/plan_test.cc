// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deviceplugin/prepare/plan/rss_table.h"

namespace rxlease::deviceplugin::prepare {
namespace {

using kernel::TcpDataSplit;
using testing::ElementsAre;

const RssTable host_only{0, 1, 0, 1, 0, 1, 0, 1};

// A NIC of 8 channels with a table of 8 rows, as it comes.
NicReading fresh() {
  return {{8, false, TcpDataSplit::disabled, 256, RssTable{}}, 8, 8};
}

// Of 4 channels 2 and 3 are for pods.
NicDemand demand() {
  return {4, true, {2, 3}, false};
}

// What is made of it.
NicSettings prepared() {
  return {4, std::nullopt, TcpDataSplit::enabled, 0, host_only};
}

NicReading with(NicReading reading, const NicSettings& settings) {
  overlay(reading.settings, settings);
  reading.rx_queues = *reading.settings.channels;
  return reading;
}

NicJournal journal_of_prepared() {
  NicJournal journal;
  journal.set = prepared();
  journal.original = only(fresh().settings, journal.set);
  return journal;
}

// All steps, as if each worked.
std::vector<std::string> steps(NicSettings present, const NicSettings& target) {
  std::vector<std::string> all;
  while (const auto step = next_step(present, target)) {
    overlay(present, *step);
    all.push_back(describe(*step));
  }
  return all;
}

TEST(NicPlan, OfAFreshNicIsAllThatThePoolsAskFor) {
  const auto plan = plan_nic(demand(), {}, fresh());
  EXPECT_EQ(plan.change, prepared());
  EXPECT_TRUE(plan.give_back.is_empty());
  EXPECT_TRUE(plan.foreign.is_empty());
}

TEST(NicPlan, LeavesAloneWhatNobodyAsksFor) {
  EXPECT_TRUE(plan_nic({}, {}, fresh()).change.is_empty());
  const auto plan = plan_nic({std::nullopt, true, {}, false}, {}, fresh());
  EXPECT_EQ(describe(plan.change), "tcp-data-split enabled, hds-thresh 0");
}

// gve's driver takes an XDP program only so.
TEST(NicPlan, ForXdpIsWhatDriversAskFor) {
  auto reading = fresh();
  reading.settings.rx_gro_hw = true;
  reading.settings.tcp_data_split = TcpDataSplit::enabled;
  reading.settings.rx_buf_len = 4096;
  reading.settings.tx_channels = 8;
  NicDemand demand{4, false, {}, false};
  EXPECT_EQ(describe(plan_nic(demand, {}, reading).change), "channels 4");
  demand.xdp = true;
  const auto change = plan_nic(demand, {}, reading).change;
  EXPECT_THAT(steps(reading.settings, change),
              ElementsAre("channels 4", "tx-channels 4", "tcp-data-split disabled", "rx-gro-hw off",
                          "rx-buf-len 2048"));
  EXPECT_EQ(describe(plan_nic(demand, {}, fresh()).change), "channels 4") << "where the rest is so already";
}

// gve's reports none while it has an XDP program.
TEST(NicPlan, TakesASplitThatIsNotReportedForTheOneThatWasSet) {
  auto reading = fresh();
  reading.settings.tcp_data_split = TcpDataSplit::unknown;
  NicJournal journal;
  journal.original.tcp_data_split = TcpDataSplit::enabled;
  journal.set.tcp_data_split = TcpDataSplit::disabled;
  NicDemand demand;
  demand.xdp = true;
  const auto plan = plan_nic(demand, journal, reading);
  EXPECT_TRUE(plan.foreign.is_empty()) << describe(plan.foreign);
  EXPECT_TRUE(plan.change.is_empty());
  EXPECT_EQ(plan.wished.tcp_data_split, TcpDataSplit::disabled);
}

TEST(NicPlan, HasNothingForANicThatIsAsAsked) {
  const auto plan = plan_nic(demand(), journal_of_prepared(), with(fresh(), prepared()));
  EXPECT_TRUE(plan.change.is_empty());
  EXPECT_TRUE(plan.foreign.is_empty());
}

TEST(NicPlan, AsksNothingThatTheDriverDoesNotHave) {
  auto reading = fresh();
  reading.settings.rss.reset();
  reading.settings.hds_thresh.reset();
  reading.rss_rows = 0;
  EXPECT_EQ(describe(plan_nic(demand(), {}, reading).change), "channels 4, tcp-data-split enabled");
}

TEST(NicPlan, ReportsWhatSomebodyElseChanged) {
  NicSettings others;
  others.tcp_data_split = TcpDataSplit::disabled;
  others.rss = RssTable{0, 1, 2, 2, 0, 1, 2, 2};
  const auto plan = plan_nic(demand(), journal_of_prepared(), with(with(fresh(), prepared()), others));
  EXPECT_EQ(plan.foreign, others);
  EXPECT_TRUE(plan.change.is_empty());
}

// As `ethtool --reset` does to gve.
TEST(NicPlan, PutsBackATableThatAResetHasTaken) {
  NicSettings reset;
  reset.rss = RssTable{};
  const auto reading = with(with(fresh(), prepared()), reset);
  const auto plan = plan_nic(demand(), journal_of_prepared(), reading);
  EXPECT_TRUE(plan.lost_rss);
  EXPECT_EQ(plan.change.rss, host_only);
  EXPECT_TRUE(plan.foreign.is_empty());
  EXPECT_FALSE(plan_nic(demand(), journal_of_prepared(), with(fresh(), prepared())).lost_rss);
}

TEST(NicPlan, PutsBackATableOfTheHostsWeights) {
  auto journal = journal_of_prepared();
  journal.original.rss = RssTable{0, 0, 0, 1, 2, 2, 2, 3};
  journal.set.rss = RssTable{0, 0, 0, 1, 0, 0, 0, 1};
  NicSettings reset;
  reset.rss = RssTable{};
  EXPECT_EQ(plan_nic(demand(), journal, with(with(fresh(), prepared()), reset)).change.rss, journal.set.rss);
}

TEST(NicPlan, DoesNotQuarrelOverATable) {
  NicSettings reset;
  reset.rss = RssTable{};
  auto hasty = demand();
  hasty.put_back = false;  // it was put back a moment ago
  const auto plan = plan_nic(hasty, journal_of_prepared(), with(with(fresh(), prepared()), reset));
  EXPECT_FALSE(plan.lost_rss);
  EXPECT_EQ(plan.foreign, reset);
  EXPECT_TRUE(plan.change.is_empty());
}

TEST(NicPlan, TakesNoTableForLostThatNoPoolAsksFor) {
  NicSettings reset;
  reset.rss = RssTable{};
  const auto plan =
      plan_nic({4, true, {}, false}, journal_of_prepared(), with(with(fresh(), prepared()), reset));
  EXPECT_FALSE(plan.lost_rss);
  EXPECT_FALSE(plan.change.rss);
  EXPECT_FALSE(plan.give_back.rss);
}

TEST(NicPlan, RepairsWhereItIsAskedTo) {
  NicSettings others;
  others.tcp_data_split = TcpDataSplit::disabled;
  auto stubborn = demand();
  stubborn.repair = true;
  const auto plan = plan_nic(stubborn, journal_of_prepared(), with(with(fresh(), prepared()), others));
  EXPECT_EQ(plan.foreign, others);
  EXPECT_EQ(describe(plan.change), "tcp-data-split enabled");
}

TEST(NicPlan, IsContentWithAnotherTableWithoutThePoolsQueues) {
  NicSettings others;
  others.rss = RssTable{1, 1, 1, 1, 1, 1, 1, 0};
  const auto plan = plan_nic(demand(), journal_of_prepared(), with(with(fresh(), prepared()), others));
  EXPECT_TRUE(plan.foreign.is_empty());
  EXPECT_TRUE(plan.change.is_empty());
}

TEST(NicPlan, GoesOnWhereItWasCutShort) {
  auto journal = journal_of_prepared();
  journal.pending = journal.set;
  journal.set = {};
  NicSettings half;
  half.channels = 4;
  const auto plan = plan_nic(demand(), journal, with(fresh(), half));
  EXPECT_TRUE(plan.foreign.is_empty());
  EXPECT_EQ(describe(plan.change), "tcp-data-split enabled, hds-thresh 0, rss over [0-1]");
  EXPECT_EQ(describe(plan_nic({}, journal, with(fresh(), half)).give_back), "channels 8");
}

TEST(NicPlan, GivesBackWhatNoPoolAsksForAnyMore) {
  const auto reading = with(fresh(), prepared());
  const auto all = plan_nic({}, journal_of_prepared(), reading);
  EXPECT_EQ(all.give_back, journal_of_prepared().original);
  const auto split = plan_nic({4, false, {2, 3}, false}, journal_of_prepared(), reading);
  EXPECT_EQ(describe(split.give_back), "tcp-data-split disabled, hds-thresh 256");
  EXPECT_TRUE(split.change.is_empty());
}

TEST(NicPlan, GivesBackNothingThatSomebodyElseChanged) {
  NicSettings others;
  others.hds_thresh = 100;
  const auto plan = plan_nic({}, journal_of_prepared(), with(with(fresh(), prepared()), others));
  EXPECT_EQ(plan.foreign, others);
  EXPECT_EQ(describe(plan.give_back), "channels 8, tcp-data-split disabled, rss default");
}

TEST(NicPlan, IsNotConcernedWithWhatWeNeverChanged) {
  auto journal = journal_of_prepared();
  journal.original.channels = journal.set.channels = 8;
  NicSettings others;
  others.channels = 6;
  EXPECT_TRUE(plan_nic({}, journal, with(with(fresh(), prepared()), others)).foreign.is_empty());
}

TEST(NicPlan, TakesTheQueuesOutOfTheHostsOwnTable) {
  auto journal = journal_of_prepared();
  journal.original.rss = RssTable{0, 0, 0, 1, 2, 2, 2, 3};
  journal.set.rss = RssTable{0, 0, 0, 1, 0, 0, 0, 1};
  auto reading = with(fresh(), prepared());
  reading.settings.rss = journal.set.rss;
  // The pool has given queue 2 up: the host has it back, with its old weight.
  const auto plan = plan_nic({4, true, {3}, false}, journal, reading);
  EXPECT_EQ(*plan.change.rss, (RssTable{0, 0, 0, 1, 2, 2, 2, 0}));
}

TEST(NicPlan, KeepsRxGroHwOnceItWasNeeded) {
  auto journal = journal_of_prepared();
  journal.original.rx_gro_hw = false;
  journal.set.rx_gro_hw = true;
  NicSettings on;
  on.rx_gro_hw = true;
  const auto reading = with(with(fresh(), prepared()), on);
  EXPECT_TRUE(plan_nic(demand(), journal, reading).give_back.is_empty());
  EXPECT_EQ(plan_nic({}, journal, reading).give_back.rx_gro_hw, false);
}

TEST(NextStep, LetsTheDefaultTableFollowTheChannels) {
  NicSettings table_of_all;
  table_of_all.channels = 16;
  table_of_all.rss = host_only;
  EXPECT_THAT(steps(fresh().settings, table_of_all), ElementsAre("channels 16", "rss over [0-1]"));
  EXPECT_THAT(steps(fresh().settings, prepared()),
              ElementsAre("channels 4", "tcp-data-split enabled", "hds-thresh 0", "rss over [0-1]"));
  EXPECT_THAT(steps(prepared(), only(fresh().settings, prepared())),
              ElementsAre("rss default", "channels 8", "tcp-data-split disabled", "hds-thresh 256"));
}

TEST(NextStep, LetsNoTableNameQueuesThatAreGone) {
  NicSettings custom = fresh().settings;
  custom.rss = RssTable{7, 6, 5, 4, 3, 2, 1, 0};
  NicSettings few;
  few.channels = 2;
  few.rss = RssTable{1, 1, 1, 0};
  EXPECT_THAT(steps(custom, few), ElementsAre("rss over [0-1]", "channels 2"));
  EXPECT_THAT(steps(few, only(custom, few)), ElementsAre("channels 8", "rss over [0-7]"));
}

TEST(NextStep, HasRxGroHwOnAroundTheSplit) {
  NicSettings on;
  on.rx_gro_hw = true;
  on.tcp_data_split = TcpDataSplit::enabled;
  const auto off = only(fresh().settings, on);
  EXPECT_THAT(steps(off, on), ElementsAre("rx-gro-hw on", "tcp-data-split enabled"));
  EXPECT_THAT(steps(on, off), ElementsAre("tcp-data-split disabled", "rx-gro-hw off"));
}

TEST(NextStep, IsNoneWhereAllIsWell) {
  EXPECT_FALSE(next_step(prepared(), prepared()));
  EXPECT_FALSE(next_step(fresh().settings, {}));
}

TEST(NicSettings, AreToldAsPeopleNeedThem) {
  EXPECT_EQ(describe({}), "nothing");
  EXPECT_EQ(describe_change(fresh().settings, prepared()),
            "channels 8 to 4, tcp-data-split disabled to enabled, hds-thresh 256 to 0, rss default to over "
            "[0-1]");
  EXPECT_EQ(describe_change(prepared(), prepared()), "nothing");
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
