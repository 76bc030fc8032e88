// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/probes.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::operate {
namespace {

using namespace std::chrono_literals;

class ProbesTest : public testing::Test {
 protected:
  HttpAnswer answer(const std::string& path) const {
    return probes.answer_at_once(path).value_or(HttpAnswer{.status = 0, .body = "slowly"});
  }

  Probes::Clock::time_point now = Probes::Clock::now();
  Probes probes{[] { return "rxlease_attachments 1\n"; }, [this] { return now; }};
};

TEST_F(ProbesTest, AnswerAScrapeByTheThreadThatMayWait) {
  EXPECT_FALSE(probes.answer_at_once("/metrics").has_value());
  const auto answer = probes.answer_slowly("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(answer.body, "rxlease_attachments 1\n");
}

TEST_F(ProbesTest, CallADaemonReadyThatHasScannedAndIsRegistered) {
  EXPECT_EQ(answer("/readyz").status, 503);
  EXPECT_EQ(answer("/readyz").body, "starting\n");
  probes.scanned(/*registered=*/false);
  EXPECT_EQ(answer("/readyz").status, 503);
  EXPECT_EQ(answer("/readyz").body, "not registered with kubelet\n");
  probes.scanned(/*registered=*/true);
  EXPECT_EQ(answer("/readyz").status, 200);
  EXPECT_EQ(answer("/readyz").body, "ok\n");
}

TEST_F(ProbesTest, CallADaemonHealthyWhoseLoopComesRoundInTime) {
  probes.scanned(/*registered=*/true);
  probes.expect_round(now + 3600s);
  now += 3600s + Probes::bound;
  EXPECT_EQ(answer("/healthz").status, 200);
  EXPECT_EQ(answer("/healthz").body, "ok\n");
  now += 1s;
  for (const auto* path : {"/healthz", "/readyz"}) {
    EXPECT_EQ(answer(path).status, 503);
    EXPECT_EQ(answer(path).body, "the daemon's loop is stuck: it should have come round 61 s ago\n");
  }
  probes.expect_round(now);
  EXPECT_EQ(answer("/healthz").status, 200);
  EXPECT_EQ(answer("/readyz").status, 200);
}

TEST_F(ProbesTest, CallADaemonUnhealthyThatNeverGetsThroughItsFirstRound) {
  now += Probes::bound + 1s;
  EXPECT_EQ(answer("/healthz").status, 503);
}

TEST_F(ProbesTest, NameThePathsThatThereAre) {
  const auto list = answer("/");
  EXPECT_EQ(list.status, 200);
  for (const auto* path : {"/metrics", "/healthz", "/readyz"}) {
    EXPECT_NE(list.body.find(std::string(path) + "  "), std::string::npos) << list.body;
  }
  const auto unknown = answer("/nonsense");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, "here are only:\n" + list.body);
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
