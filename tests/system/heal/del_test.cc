// SPDX-License-Identifier: Apache-2.0
//
// A pod ends while its attachment is healed, or could be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <random>

#include "attachment/record/attachment_store.h"
#include "tests/system/heal/healing_node.h"

namespace rxlease::tests {
namespace {

using testing::IsEmpty;

class EndingWhileHealed : public HealingNode {
 protected:
  // Nothing of a pod is left, and none comes back.
  void expect_nothing_left() {
    EXPECT_THAT(runtime.records(), IsEmpty());
    EXPECT_TRUE(nic->leases().empty());
    EXPECT_FALSE(lease(7));
    EXPECT_FALSE(pod.link("rxq0"));
  }
};

TEST_F(EndingWhileHealed, LeavesNothingWhateverComesFirst) {
  start();
  const auto conf = network({7}, pair());
  std::mt19937 random(4711);
  std::uniform_int_distribution<int> milliseconds(0, 60);
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(round);
    add({7}, pair());
    nic->unplug();
    plug();
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random)));
    ASSERT_TRUE(succeeded(runtime.del(named(pod), conf)));
    expect_nothing_left();
    ASSERT_TRUE(watch->shows(all_healthy()));
    expect_nothing_left();
    if (HasFailure()) return;
  }
}

// As after a DEL that was killed behind its first step.
TEST_F(EndingWhileHealed, IsNotHealedOnceItsDelHasBegun) {
  start();
  add({7}, pair());
  const attachment::AttachmentStore store(runtime.state_directory());
  auto record = runtime.records().front();
  record.ending = true;
  store.update(record);
  unplug();
  plug();
  ASSERT_TRUE(watch->shows(all_healthy()));
  EXPECT_FALSE(pod.link("rxq0"));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7}, pair()))));
  expect_nothing_left();
}

// A daemon that was killed while it healed has left a netkit without leases.
TEST_F(EndingWhileHealed, IsHealedByTheNextDaemonAfterAKill) {
  start();
  const auto conf = network({7}, pair());
  add({7}, pair());
  auto record = runtime.records().front();
  end(SIGKILL);
  record.unfinished = true;
  record.generation = 2;
  for (auto& device : record.devices) device.queue.reset();
  attachment::AttachmentStore(runtime.state_directory()).update(record);
  daemon.emplace(node / "config.yaml", node / "log");
  EXPECT_TRUE(has_generation(7, 3));
  EXPECT_EQ(nic->leases().size(), 1U);
  EXPECT_TRUE(succeeded(runtime.del(named(pod), conf)));
  expect_nothing_left();
}

TEST_F(EndingWhileHealed, DelWaitsForWhoeverHeals) {
  start();
  const auto conf = network({7}, pair());
  add({7}, pair());
  const attachment::AttachmentStore store(runtime.state_directory());
  auto claim = store.claim(runtime.records().front());
  auto del = runtime.start("DEL", named(pod), conf);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_FALSE(runtime.records().front().ending);
  EXPECT_TRUE(pod.link("rxq0"));
  claim.reset();
  EXPECT_TRUE(succeeded(Runtime::finish(std::move(del))));
  expect_nothing_left();
}

}  // namespace
}  // namespace rxlease::tests
