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

  // Leases a queue to a netkit in the pod's namespace, by hand.
  std::uint32_t lease_by_hand(std::uint32_t queue) {
    const auto ifindex = kernel::Links(pod.netns().route()).newlink(netkit_single("by-hand", 1)).ifindex();
    const auto host_id = kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd());
    netdev_of(pod.netns()).queue_create(ifindex, {nic->ifindex(), {queue}, host_id});
    return ifindex;
  }
};

TEST_F(ForeignLease, TakesTheQueueFromKubeletForAsLongAsItLasts) {
  start();
  const auto ifindex = lease_by_hand(6);
  EXPECT_TRUE(watch->shows(health({6})));
  EXPECT_TRUE(logs({nic->device_id(6), "leased by ifindex " + std::to_string(ifindex), "no attachment"}));
  EXPECT_TRUE(counts(R"(rxlease_queues{health="unhealthy",nic=")" + nic_name +
                     R"(",pool="rxq",state="foreign lease"} 1)"));
  kernel::Links(pod.netns().route()).dellink(ifindex);
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(ForeignLease, IsLeftAloneUnlessTheConfigurationSaysOtherwise) {
  start();
  lease_by_hand(6);
  ASSERT_TRUE(watch->shows(health({6})));
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 0)"));
  EXPECT_TRUE(pod.link("by-hand"));
  unguarded("rescanSeconds: 1\nforeignLeases: reclaim\n");
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_FALSE(pod.link("by-hand"));
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 1)"));
  EXPECT_TRUE(logs({"took device " + nic->device_id(6) + " back"}));
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
  configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 1\nforeignLeases: reclaim\n");
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
