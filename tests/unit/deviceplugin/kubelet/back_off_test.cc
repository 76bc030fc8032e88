// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/back_off.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::kubelet {
namespace {

using namespace std::chrono_literals;

TEST(BackOff, WaitsTwiceAsLongAfterEachFailureUpToHalfAMinute) {
  BackOff back_off;
  auto now = BackOff::Clock::now();
  EXPECT_TRUE(back_off.may_try(now));
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    back_off.failed(now);
    EXPECT_EQ(back_off.again(), now + pause);
    EXPECT_FALSE(back_off.may_try(now + pause - 1ms));
    EXPECT_TRUE(back_off.may_try(now + pause));
    now += pause;
  }
  back_off.forget();
  EXPECT_TRUE(back_off.may_try(now));
  back_off.failed(now);
  EXPECT_EQ(back_off.again(), now + 1s);
}

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
