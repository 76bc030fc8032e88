// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/wanted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/four_queues.h"
#include "tests/unit/deviceplugin/names.h"

namespace rxlease::deviceplugin::guard {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> wanted(config::Guard policy, const pools::Snapshot& snapshot) {
  const auto of_queue_3 = [](const auto& device) { return device.queue == 3; };
  std::vector<kernel::DeviceId> devices;
  for (const auto& [key, device] : wanted_queues(policy, snapshot, of_queue_3).queues)
    devices.push_back(device);
  return names(devices);
}

std::vector<std::string> of_pool(const pools::Snapshot& snapshot) {
  return wanted(config::Guard::pool, snapshot);
}

TEST(WantedQueues, AreThePoolsOrAllOfItsNicOrNone) {
  EXPECT_THAT(of_pool(node_with_four_queues()), ElementsAre("nic0-rx2", "nic0-rx3"));
  EXPECT_THAT(wanted(config::Guard::nic, node_with_four_queues()),
              ElementsAre("nic0-rx0", "nic0-rx1", "nic0-rx2", "nic0-rx3"));
  EXPECT_THAT(wanted(config::Guard::off, node_with_four_queues()), IsEmpty());
}

TEST(WantedQueues, KnowTheirNicByItsIfindex) {
  const auto queues = wanted_queues(config::Guard::pool, node_with_four_queues(), {}).queues;
  EXPECT_EQ(queues.begin()->first, (QueueKey{5, 2}));
}

TEST(WantedQueues, AreThoseThatNobodyHas) {
  auto snapshot = node_with_four_queues();
  auto& queues = snapshot.nics[0].queues;
  queues[2].lease = kernel::Lease{9, {1}, 0};
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx3"));
  queues[2] = {};
  queues[2].af_xdp = true;
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx3"));
  queues[2] = {};
  queues[2].memory_provider = true;
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx3"));
  queues[2] = {};
  queues[2].is_parked = true;
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx2", "nic0-rx3"));
}

// An ADD writes its record first; its plugin may be one that does not tell the daemon.
TEST(WantedQueues, AreIncompleteWhileSomebodyLeasesOneWithoutARecord) {
  auto snapshot = node_with_four_queues();
  EXPECT_FALSE(wanted_queues(config::Guard::pool, snapshot, {}).is_incomplete);
  snapshot.nics[0].queues[2].lease = kernel::Lease{9, {1}, 0};
  EXPECT_TRUE(wanted_queues(config::Guard::pool, snapshot, {}).is_incomplete);
  EXPECT_FALSE(wanted_queues(config::Guard::off, snapshot, {}).is_incomplete);
  snapshot.attachments.emplace_back().devices = {{{"nic0", 2}, std::nullopt}};
  EXPECT_FALSE(wanted_queues(config::Guard::pool, snapshot, {}).is_incomplete);
}

TEST(WantedQueues, AreNotThoseOfARecord) {
  auto snapshot = node_with_four_queues();
  auto& attachment = snapshot.attachments.emplace_back();
  attachment.devices = {{{"nic0", 3}, std::nullopt}};
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx2"));
  snapshot.nics[0].up = false;
  snapshot.nics[0].queues.clear();
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx2"));
}

// The DEL of a record that cannot be read finds the pod's lease by lease.json and the NIC.
TEST(WantedQueues, AreNotThoseOfALeaseFileWhileARecordCannotBeRead) {
  auto snapshot = node_with_four_queues();
  snapshot.unreadable_records = {"/run/rxlease/attachments/c1@eth0"};
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx2"));
}

TEST(WantedQueues, AreOfNicsThatAreThereAndCanLease) {
  auto snapshot = node_with_four_queues();
  snapshot.nics[0].cannot_lease = "its driver has no queue management operations";
  EXPECT_THAT(of_pool(snapshot), IsEmpty());
  snapshot.nics.clear();
  EXPECT_THAT(of_pool(snapshot), IsEmpty());
  snapshot = node_with_four_queues();
  snapshot.nics[0].details.rx_queues = 3;
  EXPECT_THAT(of_pool(snapshot), ElementsAre("nic0-rx2"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::guard
