// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::pools {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Pool rxq with queues 6 and 7 of nic0 and queue 7 of nic1.
std::vector<PoolState> pools() {
  std::vector<PoolState> pools(1);
  pools[0].name = "rxq";
  for (const kernel::DeviceId& id : {kernel::DeviceId{"nic0", 6}, {"nic0", 7}, {"nic1", 7}}) {
    pools[0].devices.emplace_back().id = id;
  }
  return pools;
}

std::vector<std::string> reasons(const Verdicts& verdicts) {
  auto states = pools();
  verdicts.apply(states);
  std::vector<std::string> reasons;
  for (const auto& queue : states[0].devices) {
    EXPECT_EQ(queue.healthy, queue.reason.empty());
    reasons.push_back(queue.reason);
  }
  return reasons;
}

TEST(Verdicts, AQueueThatNobodyBlamesIsHealthy) {
  EXPECT_THAT(reasons({}), ElementsAre("", "", ""));
}

TEST(Verdicts, AgainstAQueueIsAgainstNoOther) {
  Verdicts verdicts;
  verdicts.against_queue({"nic0", 7}, "leased by ifindex 12");
  EXPECT_THAT(reasons(verdicts), ElementsAre("", "leased by ifindex 12", ""));
}

TEST(Verdicts, AgainstANicIsAgainstThePoolsQueuesOnIt) {
  Verdicts verdicts;
  verdicts.against_nic("nic0", "rxq", "its NIC is not prepared");
  verdicts.against_nic("nic1", "another", "its NIC is not prepared");
  EXPECT_THAT(reasons(verdicts), ElementsAre("its NIC is not prepared", "its NIC is not prepared", ""));
}

TEST(Verdicts, AQueuesOwnReasonStandsBeforeItsNics) {
  Verdicts verdicts;
  verdicts.against_nic("nic0", "rxq", "its NIC is not prepared");
  verdicts.against_queue({"nic0", 7}, "its NIC is down");
  EXPECT_THAT(reasons(verdicts), ElementsAre("its NIC is not prepared", "its NIC is down", ""));
}

TEST(Verdicts, KeepTheReasonThatCameFirst) {
  Verdicts verdicts;
  verdicts.against_nic("nic0", "rxq", "its NIC could not be prepared");
  Verdicts later;
  later.against_nic("nic0", "rxq", "AF_XDP cannot have its NIC");
  later.against_nic("nic1", "rxq", "AF_XDP cannot have its NIC");
  verdicts.merge(later);
  EXPECT_THAT(reasons(verdicts), ElementsAre("its NIC could not be prepared", "its NIC could not be prepared",
                                             "AF_XDP cannot have its NIC"));
}

TEST(Verdicts, GiveAPoolAllOfItsProblemsAndLeaveItsQueuesHealthy) {
  Verdicts verdicts;
  verdicts.about_pool("rxq", "one");
  Verdicts later;
  later.about_pool("rxq", "two");
  later.about_pool("another", "three");
  verdicts.merge(later);
  auto states = pools();
  verdicts.apply(states);
  EXPECT_THAT(states[0].problems, ElementsAre("one", "two"));
  EXPECT_TRUE(states[0].devices[0].healthy);
}

// What was true at the last scan is not true for ever.
TEST(Verdicts, TakeTheirOwnPlaceOfWhatWasAppliedBefore) {
  auto states = pools();
  Verdicts verdicts;
  verdicts.against_nic("nic0", "rxq", "its NIC is down");
  verdicts.about_pool("rxq", "a problem");
  verdicts.apply(states);
  Verdicts{}.apply(states);
  EXPECT_TRUE(states[0].devices[0].healthy);
  EXPECT_THAT(states[0].problems, IsEmpty());
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
