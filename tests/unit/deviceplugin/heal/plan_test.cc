// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/heal/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::heal {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A NIC of eight queues, of which a pool has 5, 6 and 7; shop/web-0 had 7, and its netkit is gone.
class HealPlan : public testing::Test {
 protected:
  HealPlan() {
    auto& pool = config.pools.emplace_back();
    pool.name = "rxq";
    auto& nic = snapshot.nics.emplace_back();
    nic.details.nic = {"nic0", "eth0", 5};
    nic.details.rx_queues = 8;
    nic.up = nic.carrier = true;
    for (std::uint32_t queue = 0; queue < 8; ++queue) nic.queues[queue] = {};
    auto& state = snapshot.pools.emplace_back();
    state.name = "rxq";
    for (const std::uint32_t queue : {5U, 6U, 7U}) state.devices.emplace_back().id = {"nic0", queue};
    attachment.container_id = "c1";
    attachment.interface = "eth0";
    attachment.netns_cookie = 11;
    attachment.interface_ifindex = 12;
    attachment.pod_namespace = "shop";
    attachment.pod_name = "web-0";
    attachment.devices = {{{"nic0", 7}, 1}};
    attachment.blueprint.emplace();
    allocations.emplace()["nic0-rx7"] = "shop/web-0";
  }

  Plan plan() {
    snapshot.attachments = {attachment};
    snapshot.attachments.insert(snapshot.attachments.end(), others.begin(), others.end());
    return plan_of(attachment, {config, snapshot, unprepared, allocations});
  }
  void shrink(std::uint32_t queues) {
    auto& nic = snapshot.nics[0];
    nic.details.rx_queues = queues;
    std::erase_if(nic.queues, [&](const auto& entry) { return entry.first >= queues; });
  }

  config::Config config;
  pools::Snapshot snapshot;
  pools::Verdicts unprepared;
  pools::Allocations allocations;
  attachment::Attachment attachment;
  std::vector<attachment::Attachment> others;
};

TEST_F(HealPlan, TakesTheQueuesThatKubeletAllocated) {
  const auto made = plan();
  EXPECT_EQ(made.step, Step::heal);
  ASSERT_EQ(made.devices.size(), 1U);
  EXPECT_EQ(made.devices[0].id.queue, 7U);
  EXPECT_FALSE(made.devices[0].queue);
  EXPECT_FALSE(made.devices[0].allocated);
}

TEST_F(HealPlan, WaitsForTheNic) {
  snapshot.nics[0].up = false;
  EXPECT_EQ(plan().step, Step::wait);
  EXPECT_EQ(plan().reason, "its NIC is down");
  snapshot.nics[0].up = true;
  snapshot.nics[0].cannot_lease = "EPERM";
  EXPECT_EQ(plan().reason, "its NIC cannot lease queues: EPERM");
  snapshot.nics[0].cannot_lease = "";
  unprepared.against_nic("nic0", "rxq", "its NIC could not be prepared");
  EXPECT_EQ(plan().step, Step::wait);
  EXPECT_EQ(plan().reason, "its NIC could not be prepared");
  snapshot.nics.clear();
  EXPECT_EQ(plan().step, Step::wait);
  EXPECT_EQ(plan().reason, "its NIC nic0 is gone");
}

TEST_F(HealPlan, WaitsForKubeletWhereItKnowsThePod) {
  allocations.reset();
  EXPECT_EQ(plan().step, Step::wait);
  EXPECT_THAT(plan().reason, HasSubstr("kubelet does not tell"));
  attachment.pod_name.clear();
  EXPECT_EQ(plan().step, Step::heal) << "a static network";
}

TEST_F(HealPlan, RefusesWhatNoPoolHealsOrNoRecordTells) {
  config.pools[0].heal = false;
  EXPECT_EQ(plan().step, Step::refuse);
  EXPECT_EQ(plan().reason, "pool rxq has heal: false");
  config.pools[0].heal = true;
  attachment.blueprint.reset();
  EXPECT_EQ(plan().step, Step::refuse);
  EXPECT_THAT(plan().reason, HasSubstr("another version of rxlease"));
  attachment.blueprint.emplace();
  attachment.devices = {{{"nic0", 1}, 1}};
  EXPECT_EQ(plan().step, Step::refuse);
  EXPECT_EQ(plan().reason, "no pool has its queue nic0-rx1");
}

TEST_F(HealPlan, LeavesAQueueToWhoeverHasItByNow) {
  (*allocations)["nic0-rx7"] = "shop/web-1";
  EXPECT_EQ(plan().step, Step::refuse);
  EXPECT_EQ(plan().reason, "queue nic0-rx7 is that of shop/web-1 by now");
  allocations->clear();
  EXPECT_EQ(plan().step, Step::heal) << "a static network of a pod";
  auto& other = others.emplace_back(attachment);
  other.container_id = "c2";
  EXPECT_EQ(plan().step, Step::refuse);
  EXPECT_THAT(plan().reason, HasSubstr("is that of shop/web-0 (container c2, interface eth0) by now"));
}

TEST_F(HealPlan, HasAnotherFreeQueueStandInForOneThatIsGone) {
  shrink(7);
  auto made = plan();
  EXPECT_EQ(made.step, Step::heal);
  EXPECT_EQ(made.devices[0].id.queue, 5U);
  EXPECT_EQ(made.devices[0].allocated, (kernel::DeviceId{"nic0", 7}));
  (*allocations)["nic0-rx5"] = "shop/web-1";
  EXPECT_EQ(plan().devices[0].id.queue, 6U);
  snapshot.nics[0].queues[6].lease = kernel::Lease{9, {1}, 0};
  EXPECT_EQ(plan().step, Step::refuse);
  EXPECT_THAT(plan().reason, HasSubstr("has only 7 receive queues now, and pool rxq has no free queue"));
  snapshot.nics[0].queues[6] = {};
  snapshot.verdicts.against_queue({"nic0", 6}, "it is odd");
  EXPECT_EQ(plan().step, Step::refuse);
}

TEST_F(HealPlan, HasNoQueueStandInTwice) {
  shrink(7);
  attachment.devices = {{{"nic0", 6}, 1}, {{"nic0", 7}, 2}};
  auto made = plan();
  ASSERT_EQ(made.devices.size(), 2U);
  EXPECT_EQ(made.devices[0].id.queue, 6U);
  EXPECT_EQ(made.devices[1].id.queue, 5U);
  shrink(6);
  EXPECT_EQ(plan().step, Step::refuse) << "two are gone, and one is free";
}

TEST_F(HealPlan, ReturnsToTheAllocatedQueueOrKeepsTheOneThatStoodIn) {
  attachment.devices = {{.id = {"nic0", 6}, .queue = 1, .allocated = kernel::DeviceId{"nic0", 7}}};
  EXPECT_EQ(plan().devices[0].id.queue, 7U);
  EXPECT_FALSE(plan().devices[0].allocated);
  shrink(7);
  EXPECT_EQ(plan().devices[0].id.queue, 6U);
  EXPECT_EQ(plan().devices[0].allocated, (kernel::DeviceId{"nic0", 7}));
}

TEST_F(HealPlan, HasNoQueueStandInForAfXdpOrWithoutKubeletsWord) {
  shrink(7);
  snapshot.pools[0].use = config::PoolUse::af_xdp;
  EXPECT_EQ(plan().step, Step::refuse);
  EXPECT_THAT(plan().reason, HasSubstr("for AF_XDP no other queue can stand in"));
  snapshot.pools[0].use = config::PoolUse::memory_provider;
  attachment.pod_name.clear();
  allocations.reset();
  EXPECT_EQ(plan().step, Step::refuse);
}

TEST_F(HealPlan, IsMadeOnlyForWhatIsNotWhole) {
  snapshot.namespaces.of_pods[11] = 3;
  auto& queue = snapshot.nics[0].queues[7];
  EXPECT_FALSE(is_whole(attachment, snapshot));
  queue.lease = kernel::Lease{12, {1}, 3};
  EXPECT_TRUE(is_whole(attachment, snapshot));
  attachment.unfinished = true;
  EXPECT_FALSE(is_whole(attachment, snapshot));
  attachment.unfinished = false;
  queue.lease = kernel::Lease{12, {1}, 4};
  EXPECT_FALSE(is_whole(attachment, snapshot)) << "of another namespace";
}

}  // namespace
}  // namespace rxlease::deviceplugin::heal
