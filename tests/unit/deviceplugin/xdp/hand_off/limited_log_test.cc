// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/limited_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::xdp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

TEST(LimitedLog, AdmitsTenLinesAMinuteOfADevice) {
  LimitedLog log;
  const kernel::DeviceId device{"nic0", 7};
  const kernel::DeviceId other{"nic0", 6};
  const LimitedLog::Clock::time_point begin{1h};
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(log.admit(device, "is refused", begin), ElementsAre("nic0-rx7: is refused"));
  }
  for (int i = 0; i < 532; ++i) EXPECT_THAT(log.admit(device, "is refused", begin + 59s), IsEmpty());
  EXPECT_THAT(log.admit(other, "is refused", begin + 59s), ElementsAre("nic0-rx6: is refused"));
  EXPECT_THAT(
      log.admit(device, "is refused", begin + 60s),
      ElementsAre("nic0-rx7: 532 lines about programs that called were left out", "nic0-rx7: is refused"));
  EXPECT_THAT(log.admit(device, "gets its map", begin + 61s), ElementsAre("nic0-rx7: gets its map"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::xdp
