// SPDX-License-Identifier: Apache-2.0
//
// Somebody else changes a prepared NIC.
#include <gtest/gtest.h>

#include "tests/system/prep/prep_node.h"

namespace rxlease::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class Others : public PrepNode {
 protected:
  void prepare(const std::string& more = "") {
    configure_pool(usual + more);
    start();
    ASSERT_TRUE(watch->shows(devices("Healthy")));
  }

  void set_split(kernel::TcpDataSplit split) const {
    kernel::Rings rings;
    rings.dev.dev_index = simnic.ifindex();
    rings.tcp_data_split = split;
    kernel::Ethtool::open(host().generic())->rings_set(rings);
  }

  void expect_reported(const std::string& what) {
    EXPECT_TRUE(watch->shows(devices("Unhealthy")));
    EXPECT_TRUE(logs({"NIC simnic.0.p1", "somebody else has changed " + what}));
    EXPECT_TRUE(logs({"simnic.0.p1-rx[4-5] is unhealthy: somebody else has changed its NIC: " + what}));
    EXPECT_TRUE(counts(preparations("changed_by_others", 1)));
    EXPECT_TRUE(counts(preparations("repaired", 0)));
  }
};

TEST_F(Others, WhoSpreadFlowsOverThePoolsQueuesAreReported) {
  prepare();
  simnic.ethtool("-X", "equal 5");
  const auto changed = simnic.state();
  expect_reported("rss over [0-3] to over [0-4]");
  EXPECT_EQ(simnic.state(), changed);
  simnic.ethtool("-X", "equal 4");
  EXPECT_TRUE(watch->shows(devices("Healthy"))) << "it is as it should be again";
}

TEST_F(Others, WhoSwitchHeaderSplitOffAreReported) {
  prepare();
  set_split(kernel::TcpDataSplit::disabled);
  expect_reported("tcp-data-split enabled to disabled");
}

TEST_F(Others, WhoChangeChannelsAreReported) {
  prepare();
  simnic.ethtool("-L", "combined 8");
  expect_reported("channels 6 to 8");
}

TEST_F(Others, AreReportedAcrossARestartToo) {
  prepare();
  end();
  simnic.ethtool("-X", "equal 5");
  start();
  expect_reported("rss over [0-3] to over [0-4]");
}

// To us a reset of the NIC and somebody who asks for the driver's own table look the same.
TEST_F(Others, WhoResetRssLoseIt) {
  prepare();
  const auto prepared = simnic.state();
  simnic.ethtool("-X", "default");
  EXPECT_TRUE(counts(preparations("repaired", 1)));
  EXPECT_TRUE(counts(preparations("changed_by_others", 0)));
  EXPECT_EQ(simnic.state(), prepared);
  EXPECT_TRUE(logs({"NIC simnic.0.p1", "had lost its RSS table", "put back: rss default to over [0-3]"}));
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  end();
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

TEST_F(Others, WhoResetRssWhileTheDaemonIsAwayLoseItToo) {
  prepare();
  const auto prepared = simnic.state();
  end();
  simnic.ethtool("-X", "default");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_EQ(simnic.state(), prepared);
}

TEST_F(Others, WhoSpreadFlowsOverTheHostsQueuesAreLeftAlone) {
  prepare();
  simnic.ethtool("-X", "equal 2");
  const auto changed = simnic.state();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  end();
  const auto finished = restore();
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr("given back: channels 6 to 8"),
                    HasSubstr("left alone, since somebody else has changed it: rss over [0-1]")));
  EXPECT_THAT(
      settings(),
      HasSubstr("channels 8, rx-gro-hw off, tcp-data-split disabled, hds-thresh 256, rss over [0-1]"));
  EXPECT_THAT(journals(), IsEmpty());
}

TEST_F(Others, AreRepairedBehindWhereThePoolSaysSo) {
  prepare(", repair: true");
  const auto prepared = simnic.state();
  simnic.ethtool("-X", "equal 5");
  EXPECT_TRUE(counts(preparations("repaired", 1)));
  EXPECT_EQ(simnic.state(), prepared);
  set_split(kernel::TcpDataSplit::disabled);
  simnic.ethtool("-L", "combined 8");
  EXPECT_TRUE(is_prepared());
  EXPECT_TRUE(logs({"somebody else has changed", "it is changed back"}));
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  end();
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

TEST_F(Others, KeepWhatTheyChangedWhenTheRestIsGivenBack) {
  prepare();
  set_split(kernel::TcpDataSplit::disabled);
  ASSERT_TRUE(watch->shows(devices("Unhealthy")));
  simnic.ethtool("-X", "weight 1 2");
  configure_pool("", pool("other", nic->parent(), "[7]"));
  EXPECT_TRUE(eventually([&] {
    return settings() == "channels 8, rx-gro-hw off, tcp-data-split disabled, hds-thresh 256, rss over [0-1]";
  })) << settings();
  EXPECT_TRUE(logs({"somebody else has changed rss", "left so"}));
}

TEST_F(Others, MayNotRestoreWhileTheDaemonRuns) {
  prepare();
  const auto finished = restore();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.errors, HasSubstr("the daemon runs"));
  EXPECT_TRUE(is_prepared());
}

}  // namespace
}  // namespace rxlease::tests
