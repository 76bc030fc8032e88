// SPDX-License-Identifier: Apache-2.0
//
// Leases that no record of the plugin's explains.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/netlink/nsids.h"
#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

// Where the guard is off, or had no chance.
class ForeignLease : public DaemonNode {
 protected:
  void SetUp() override { unguarded("rescanSeconds: 1\n"); }

  void unguarded(const std::string& settings) {
    configure({pool("rxq", nic->parent(), "[5-7]")}, "guard: off\n" + settings);
  }

  // Leases a queue to a netkit in the namespace, by hand. `wanted`: the netkit's ifindex; 0: any.
  std::uint32_t lease_by_hand_in(Pod& netns, std::uint32_t queue, std::uint32_t wanted = 0) {
    auto netkit = netkit_single("by-hand", 1);
    netkit.ifinfo.ifi_index = static_cast<int>(wanted);
    const auto ifindex = kernel::Links(netns.netns().route()).newlink(netkit).ifindex();
    const auto host_id = kernel::NsIds(netns.netns().route()).ensure_nsid(host().fd());
    netdev_of(netns.netns()).queue_create(ifindex, {nic->ifindex(), {queue}, host_id});
    return ifindex;
  }
  std::uint32_t lease_by_hand(std::uint32_t queue) { return lease_by_hand_in(pod, queue); }

  // The metric of foreign leases on the NIC. `pod_name`: of namespace shop; empty: not known.
  std::string foreign(const std::string& pool, const std::string& pod_name, int count) const {
    return "rxlease_foreign_leases{namespace=\"" + std::string(pod_name.empty() ? "" : "shop") + "\",nic=\"" +
           nic_name + "\",pod=\"" + pod_name + "\",pool=\"" + pool + "\"} " + std::to_string(count);
  }

  void reclaim() { unguarded("rescanSeconds: 1\nforeignLeases: reclaim\n"); }

  Pod stranger;
};

TEST_F(ForeignLease, TakesTheQueueFromKubeletForAsLongAsItLasts) {
  start();
  const auto ifindex = lease_by_hand(6);
  EXPECT_TRUE(watch->shows(health({6})));
  EXPECT_TRUE(logs({nic->device_id(6), "leased by ifindex " + std::to_string(ifindex), "no attachment"}));
  EXPECT_TRUE(counts(R"(rxlease_queues{health="unhealthy",nic=")" + nic_name +
                     R"(",pool="rxq",state="foreign_lease"} 1)"));
  kernel::Links(pod.netns().route()).dellink(ifindex);
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(ForeignLease, IsLeftAloneUnlessTheConfigurationSaysOtherwise) {
  start();
  lease_by_hand(6);
  ASSERT_TRUE(watch->shows(health({6})));
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 0)"));
  EXPECT_TRUE(pod.link("by-hand"));
  reclaim();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_FALSE(pod.link("by-hand"));
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 1)"));
  EXPECT_TRUE(logs({"took device " + nic->device_id(6) + " back"}));
}

TEST_F(ForeignLease, OfAQueueOfTheHostsIsSeenInAStrangersNamespace) {
  start();
  const auto ifindex = lease_by_hand_in(stranger, 2);
  EXPECT_TRUE(counts(foreign("", "", 1)));
  EXPECT_TRUE(logs({nic->device_id(2) + ", a queue of the host's, is leased by ifindex " +
                    std::to_string(ifindex) + " in the network namespace with id "}));
  EXPECT_TRUE(watch->shows(all_healthy()));
  kernel::Links(stranger.netns().route()).dellink(ifindex);
  EXPECT_TRUE(logs({nic->device_id(2) + ", a queue of the host's, has no foreign lease now"}));
  EXPECT_THAT(metrics(), testing::Not(testing::HasSubstr("rxlease_foreign_leases{")));
}

TEST_F(ForeignLease, IsNamedByThePodWhoseNamespaceHasIt) {
  start();
  allocate_and_add({7});
  const auto ifindex = lease_by_hand(2);
  EXPECT_TRUE(counts(foreign("", "web-0", 1)));
  EXPECT_TRUE(
      logs({nic->device_id(2), "leased by ifindex " + std::to_string(ifindex), "(that of shop/web-0)"}));
  lease_by_hand_in(stranger, 6);
  EXPECT_TRUE(counts(foreign("rxq", "", 1)));
}

// The stranger may get the dead pod's id, too: the kernel gives out the lowest that is free.
TEST_F(ForeignLease, IsNotHiddenByTheRecordOfADeadPodWithTheSameIfindex) {
  start();
  allocate_and_add({7});
  const auto ifindex = runtime.records().at(0).interface_ifindex;
  ASSERT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 1)"));
  pod.remove();
  ASSERT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="free"} 3)"));
  ASSERT_EQ(runtime.records().size(), 1U) << "kubelet has not forgotten the pod";
  ASSERT_EQ(lease_by_hand_in(stranger, 7, ifindex), ifindex);
  EXPECT_TRUE(watch->shows(health({7})));
  EXPECT_TRUE(counts(foreign("rxq", "", 1)));
  EXPECT_TRUE(logs({nic->device_id(7), "leased by ifindex " + std::to_string(ifindex), "no attachment"}));
}

TEST_F(ForeignLease, OfAQueueOfTheHostsIsReclaimedAsWell) {
  reclaim();
  start();
  lease_by_hand_in(stranger, 2);
  EXPECT_TRUE(logs({"took device " + nic->device_id(2) + " back: it was leased by"}));
  EXPECT_FALSE(stranger.link("by-hand"));
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 1)"));
}

// A netkit that leases two queues goes once, and both were taken back.
TEST_F(ForeignLease, IsReclaimedWithTheOthersOfItsNetkit) {
  start();
  const auto ifindex = kernel::Links(stranger.netns().route()).newlink(netkit_single("by-hand", 2)).ifindex();
  const auto host_id = kernel::NsIds(stranger.netns().route()).ensure_nsid(host().fd());
  for (const std::uint32_t queue : {2U, 6U}) {
    netdev_of(stranger.netns()).queue_create(ifindex, {nic->ifindex(), {queue}, host_id});
  }
  ASSERT_TRUE(watch->shows(health({6})));
  reclaim();
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 2)"));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(ForeignLease, InATightLoopDoesNotMakeTheQueueHealthyInBetween) {
  reclaim();
  start();
  for (int round = 0; round < 3; ++round) {
    lease_by_hand_in(stranger, 6);
    ASSERT_TRUE(eventually([&] { return !stranger.link("by-hand"); }, patience)) << round;
  }
  EXPECT_TRUE(
      logs({nic->device_id(6) + " is unhealthy: taken back from a foreign lease; healthy again if nobody "
                                "takes it for 8 s"}));
  EXPECT_THAT(log(), testing::Not(testing::HasSubstr(nic->device_id(6) + " is healthy")));
  EXPECT_TRUE(watch->shows(health({6})));
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 3)"));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

// Its netkit is news, the lease is not.
TEST_F(ForeignLease, IsSeenAWhileAfterItsNetkit) {
  unguarded("rescanSeconds: 3600\n");
  start();
  const auto netkit = kernel::Links(host().route()).newlink(netkit_single("by-hand", 1)).ifindex();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  netdev_of(host()).queue_create(netkit, {nic->ifindex(), {6}, std::nullopt});
  EXPECT_TRUE(watch->shows(health({6})));
  kernel::Links(host().route()).dellink(netkit);
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(ForeignLease, ThatIsThereAtTheStartIsSeen) {
  lease_by_hand(5);
  start();
  EXPECT_TRUE(watch->shows(health({5})));
}

// While the plugin works the daemon sees every state in between.
TEST_F(ForeignLease, IsNeverWhatThePluginDoes) {
  reclaim();
  start();
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(succeeded(runtime.add(named(pod), network({7, 6, 5}))));
    EXPECT_EQ(nic->leases().size(), 3U);
    ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7, 6, 5}))));
  }
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 0)"));
  EXPECT_THAT(log(), testing::Not(testing::HasSubstr("unhealthy")));
}

}  // namespace
}  // namespace rxlease::tests
