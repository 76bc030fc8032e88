// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/reconcile/reclaimed_queues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::reconcile {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const kernel::DeviceId device{"nic0", 7};

class ReclaimedQueuesTest : public testing::Test {
 protected:
  std::string reason() { return queues_.verdicts(now_).reason("rxq", device); }

  ReclaimedQueues::Clock::time_point now_{minutes(60)};
  ReclaimedQueues queues_;
};

TEST_F(ReclaimedQueuesTest, AreHealthyAgainAfterTwoQuietSeconds) {
  EXPECT_EQ(reason(), "");
  EXPECT_FALSE(queues_.due());
  EXPECT_TRUE(queues_.add(device, now_));
  EXPECT_THAT(reason(),
              HasSubstr("taken back from a foreign lease; healthy again if nobody takes it for 2 s"));
  EXPECT_EQ(queues_.due(), now_ + seconds(2));
  now_ += milliseconds(1999);
  EXPECT_NE(reason(), "");
  now_ += milliseconds(1);
  EXPECT_EQ(reason(), "");
  EXPECT_FALSE(queues_.due());
}

// Whoever took it at once again made it healthy and unhealthy in turn.
TEST_F(ReclaimedQueuesTest, StayUnhealthyInATightLoop) {
  for (int round = 0; round < 600; ++round) {
    queues_.add(device, now_);
    now_ += milliseconds(100);
    ASSERT_NE(reason(), "") << round;
  }
  EXPECT_THAT(reason(), HasSubstr("300 s"));
}

TEST_F(ReclaimedQueuesTest, WaitTwiceAsLongEachTimeAndFiveMinutesAtMost) {
  for (const int length : {2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
    queues_.add(device, now_);
    now_ += seconds(length) - milliseconds(1);
    ASSERT_NE(reason(), "") << length;
    now_ += milliseconds(1);
    ASSERT_EQ(reason(), "") << length;
  }
}

TEST_F(ReclaimedQueuesTest, SayWhenTheirPauseGrowsNoMore) {
  for (int time = 0; time < 9; ++time) EXPECT_TRUE(queues_.add(device, now_)) << time;
  EXPECT_FALSE(queues_.add(device, now_));
}

TEST_F(ReclaimedQueuesTest, AreForgottenAfterTenQuietMinutes) {
  queues_.add(device, now_);
  queues_.add(device, now_);
  now_ += seconds(4) + minutes(10);
  EXPECT_EQ(reason(), "");
  queues_.add(device, now_);
  EXPECT_THAT(reason(), HasSubstr(" 2 s"));
}

TEST_F(ReclaimedQueuesTest, AreDueByTheFirst) {
  queues_.add(device, now_);
  queues_.add(device, now_);
  queues_.add({"nic0", 6}, now_);
  queues_.verdicts(now_);
  EXPECT_EQ(queues_.due(), now_ + seconds(2));
}

}  // namespace
}  // namespace rxlease::deviceplugin::reconcile
