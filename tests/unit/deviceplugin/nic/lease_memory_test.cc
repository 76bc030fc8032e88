// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/lease_memory.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::nic {
namespace {

using namespace std::chrono_literals;

class LeaseMemoryTest : public testing::Test {
 protected:
  std::string ask(LeaseMemory::Clock::duration later, LeaseAnswer answer, std::uint32_t ifindex = 2) {
    return memory_.cannot_lease(ifindex, start_ + later, [&] {
      ++probes_;
      return answer;
    });
  }

  LeaseMemory memory_;
  LeaseMemory::Clock::time_point start_ = LeaseMemory::Clock::now();
  int probes_ = 0;
};

TEST_F(LeaseMemoryTest, KeepsWhatIsProvenForTheNicsLife) {
  EXPECT_EQ(ask(0s, {"no queue management", true}), "no queue management");
  EXPECT_EQ(ask(24h, {"", true}), "no queue management");
  EXPECT_EQ(ask(0s, {"", true}, 3), "");
  EXPECT_EQ(ask(24h, {"no queue management", true}, 3), "");
  EXPECT_EQ(probes_, 2);
}

// One ENOMEM was enough for a NIC that could not lease until the daemon was started again.
TEST_F(LeaseMemoryTest, ProbesAgainAfterAnErrorThatProvesNothing) {
  EXPECT_EQ(ask(0s, {"queue-create: Cannot allocate memory", false}), "queue-create: Cannot allocate memory");
  EXPECT_EQ(ask(LeaseMemory::retry_interval, {"", true}), "");
  EXPECT_EQ(ask(LeaseMemory::retry_interval + 1s, {"unasked", true}), "");
  EXPECT_EQ(probes_, 2);
}

TEST_F(LeaseMemoryTest, WaitsBeforeItProbesAgainSinceProbesCauseScans) {
  ask(0s, {"out of memory", false});
  EXPECT_EQ(ask(1s, {"", true}), "out of memory");
  EXPECT_EQ(probes_, 1);
}

}  // namespace
}  // namespace rxlease::deviceplugin::nic
