// SPDX-License-Identifier: Apache-2.0
#include "kernel/device_id.h"

#include <gtest/gtest.h>

namespace rxlease::kernel {
namespace {

TEST(DeviceId, IsTheNicAndTheQueue) {
  const auto id = DeviceId::parse("0000:0a:00.0.p0.d2-rx15");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->nic, "0000:0a:00.0.p0.d2");
  EXPECT_EQ(id->queue, 15U);
  EXPECT_EQ(id->to_string(), "0000:0a:00.0.p0.d2-rx15");
}

TEST(DeviceId, HasAFolderWithoutAColon) {
  EXPECT_EQ(DeviceId::parse("0000:0a:00.0.p0-rx15")->folder(), "0000_0a_00.0.p0-rx15");
  EXPECT_EQ(DeviceId::parse("mlx5_core.sf.2-rx1")->folder(), "mlx5_core.sf.2-rx1");
}

TEST(DeviceId, TheLastMarkCounts) {
  EXPECT_EQ(DeviceId::parse("a-rx1-rx2")->nic, "a-rx1");
}

TEST(DeviceId, RefusesWhatIsNone) {
  for (const char* text : {"", "-rx1", "nic", "nic-rx", "nic-rx01", "nic-rx-1", "nic-rx4294967296",
                           "nic-rx1 ", "../x-rx1", "a/b-rx1", ".a-rx1", "nic-tx1", "nic-rx1x", "n\n-rx1"}) {
    EXPECT_FALSE(DeviceId::parse(text)) << text;
  }
}

}  // namespace
}  // namespace rxlease::kernel
