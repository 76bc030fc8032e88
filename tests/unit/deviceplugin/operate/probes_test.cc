// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/probes.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::operate {
namespace {

class ProbesTest : public testing::Test {
 protected:
  Probes probes{[] { return "rxlease_attachments 1\n"; }};
};

TEST_F(ProbesTest, AnswerAScrape) {
  const auto answer = probes.answer("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(answer.body, "rxlease_attachments 1\n");
}

TEST_F(ProbesTest, CallADaemonReadyThatHasScannedAndIsRegistered) {
  EXPECT_EQ(probes.answer("/readyz").status, 503);
  EXPECT_EQ(probes.answer("/readyz").body, "starting\n");
  probes.scanned(/*registered=*/false);
  EXPECT_EQ(probes.answer("/readyz").status, 503);
  EXPECT_EQ(probes.answer("/readyz").body, "not registered with kubelet\n");
  probes.scanned(/*registered=*/true);
  EXPECT_EQ(probes.answer("/readyz").status, 200);
  EXPECT_EQ(probes.answer("/readyz").body, "ok\n");
}

TEST_F(ProbesTest, CallADaemonHealthyThatAnswers) {
  EXPECT_EQ(probes.answer("/healthz").status, 200);
  EXPECT_EQ(probes.answer("/healthz").body, "ok\n");
}

TEST_F(ProbesTest, NameThePathsThatThereAre) {
  EXPECT_EQ(probes.answer("/").status, 404);
  EXPECT_EQ(probes.answer("/").body, "there are /metrics, /healthz and /readyz\n");
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
