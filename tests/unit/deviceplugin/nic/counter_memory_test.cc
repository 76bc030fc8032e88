// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/counter_memory.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::nic {
namespace {

class CountersOfAQueue : public testing::Test {
 protected:
  std::uint64_t packets(std::uint64_t now, std::uint32_t queue = 7) {
    kernel::Qstats stats;
    stats.rx_packets = now;
    return *memory.continued(2, queue, stats).rx_packets;
  }

  CounterMemory memory;
};

TEST_F(CountersOfAQueue, AreTheDriversWhileTheseGrow) {
  EXPECT_EQ(packets(5), 5U);
  EXPECT_EQ(packets(9), 9U);
}

TEST_F(CountersOfAQueue, GoOnWhereTheDriversBeginAnew) {
  packets(9);
  EXPECT_EQ(packets(0), 9U);
  EXPECT_EQ(packets(4), 13U);
  EXPECT_EQ(packets(1), 14U);
}

TEST_F(CountersOfAQueue, AreItsOwn) {
  packets(9);
  EXPECT_EQ(packets(4, 6), 4U);
}

// One of them may have grown past its last value already.
TEST_F(CountersOfAQueue, BeginAnewTogether) {
  kernel::Qstats before, after;
  before.rx_packets = 10;
  before.rx_bytes = 100;
  after.rx_packets = 9;
  after.rx_bytes = 900;
  memory.continued(2, 7, before);
  const auto total = memory.continued(2, 7, after);
  EXPECT_EQ(total.rx_packets, 19U);
  EXPECT_EQ(total.rx_bytes, 1000U);
  EXPECT_EQ(total.rx_hw_drops, std::nullopt);
}

}  // namespace
}  // namespace rxlease::deviceplugin::nic
