// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/terminal/wrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::ElementsAre;

TEST(Wrapped, BreaksAtBlanksAndKeepsAllWords) {
  EXPECT_THAT(wrapped("its NIC is down", 15), ElementsAre("its NIC is down"));
  EXPECT_THAT(wrapped("its NIC is down", 14), ElementsAre("its NIC is", "down"));
  EXPECT_THAT(wrapped("its NIC is down", 1), ElementsAre("its", "NIC", "is", "down"));
}

TEST(Wrapped, LeavesALongWordWhole) {
  EXPECT_THAT(wrapped("see /var/lib/kubelet/device-plugins/kubelet.sock there", 10),
              ElementsAre("see", "/var/lib/kubelet/device-plugins/kubelet.sock", "there"));
}

TEST(Wrapped, CountsCharactersAndNotBytes) {
  EXPECT_EQ(width_of("né…"), 3U);
  EXPECT_THAT(wrapped("né… né…", 7), ElementsAre("né… né…"));
}

TEST(Wrapped, HasALineForAnEmptyText) {
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
  EXPECT_THAT(wrapped("      ", 5), ElementsAre(""));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
