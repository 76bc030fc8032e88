// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/trouble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deviceplugin/operate/metrics.h"
#include "tests/unit/deviceplugin/captured_log.h"

namespace rxlease::deviceplugin::operate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Trouble, IsALineWhenItBeginsChangesAndEndsAndCountsEachAttempt) {
  tests::CapturedLog log;
  Metrics metrics;
  Trouble trouble(metrics.registry(), "scan", "scans again");
  EXPECT_THAT(metrics.scrape(), HasSubstr("rxlease_daemon_failures_total{what=\"scan\"} 0\n"));
  trouble.is_over();
  trouble.lasts("no memory");
  trouble.lasts("no memory");
  trouble.lasts("no NIC");
  EXPECT_TRUE(trouble.is_there());
  trouble.is_over();
  trouble.is_over();
  EXPECT_FALSE(trouble.is_there());
  EXPECT_THAT(log.lines(), ElementsAre("error no memory", "error no NIC", "info scans again"));
  EXPECT_THAT(metrics.scrape(), HasSubstr("rxlease_daemon_failures_total{what=\"scan\"} 3\n"));
}

TEST(Trouble, OfSeveralLinesIsSeveralOfTheLog) {
  tests::CapturedLog log;
  Metrics metrics;
  Trouble trouble(metrics.registry(), "reload", "");
  trouble.lasts("one\ntwo");
  EXPECT_THAT(log.lines(), ElementsAre("error one", "error two"));
}

TEST(Trouble, ShareOneMetricByWhatTheyAre) {
  Metrics metrics;
  Trouble scan(metrics.registry(), "scan", "");
  Trouble listen(metrics.registry(), "listen", "");
  tests::CapturedLog log;
  listen.lasts("taken");
  EXPECT_THAT(metrics.scrape(), HasSubstr("rxlease_daemon_failures_total{what=\"listen\"} 1\n"));
  EXPECT_THAT(metrics.scrape(), HasSubstr("rxlease_daemon_failures_total{what=\"scan\"} 0\n"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
