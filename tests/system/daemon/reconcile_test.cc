// SPDX-License-Identifier: Apache-2.0
//
// What the daemon does about pods that went away without a DEL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "kernel/files.h"
#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Reconciliation : public DaemonNode {
 protected:
  Reconciliation() { configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 1\n"); }

  static constexpr const char* removed = R"(rxlease_reconciliations_total{what="record_removed"} 1)";

  // Several looks of the daemon's, a second apart, have found nothing to do.
  void nothing_happens() const {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    EXPECT_THAT(runtime.records(), SizeIs(1));
    EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="record_removed"} 0)"));
  }
};

TEST_F(Reconciliation, RemovesTheRecordOfAPodWhoseNamespaceVanished) {
  start();
  allocate_and_add({7, 6});
  kubelet->forget_allocations();
  pod.remove();
  EXPECT_TRUE(counts(removed));
  EXPECT_THAT(runtime.records(), IsEmpty());
  EXPECT_THAT(runtime.files(), testing::Each(testing::HasSubstr("pools.json")));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(logs({"removed the record of shop/web-0", "namespace", "DEL"}));
  EXPECT_TRUE(counts("rxlease_attachments 0"));
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="free"} 3)"));
}

// A state directory that outlives reboots.
TEST_F(Reconciliation, ForgetsWhatAnEarlierBootLeftAndLeavesALivePodAlone) {
  start();
  allocate_and_add({7, 6});
  const attachment::AttachmentStore store(runtime.state_directory());
  auto old = runtime.records().front();
  old.boot_id = "of-before";
  old.container_id = "before";
  store.create(old);
  EXPECT_TRUE(counts(removed));
  EXPECT_TRUE(logs({"removed the record of shop/web-0 (container before", "before the last reboot"}));
  EXPECT_THAT(runtime.records(), SizeIs(1));
  EXPECT_EQ(nic->leases().size(), 2U);
}

TEST_F(Reconciliation, WaitsForNoFileOfAnotherKind) {
  start();
  allocate_and_add({7});
  ASSERT_EQ(mkfifo((runtime.state_directory() + "/attachments/x@eth0").c_str(), 0600), 0);
  kernel::remove_file(runtime.lease_file(nic->device_id(7)));
  ASSERT_EQ(mkfifo(runtime.lease_file(nic->device_id(7)).c_str(), 0600), 0);
  kubelet->forget_allocations();
  pod.remove();
  EXPECT_TRUE(counts(removed));
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
}

TEST_F(Reconciliation, WaitsUntilKubeletHasForgottenThePod) {
  start();
  allocate_and_add({7});
  pod.remove();
  ASSERT_TRUE(eventually([&] { return nic->leases().empty(); }));
  nothing_happens();
  kubelet->forget_allocations();
  EXPECT_TRUE(counts(removed));
}

TEST_F(Reconciliation, KnowsNothingWhenKubeletDoesNotAnswer) {
  start();
  allocate_and_add({7});
  kubelet->forget_allocations();
  kubelet->keep_allocations_secret(true);
  pod.remove();
  ASSERT_TRUE(eventually([&] { return nic->leases().empty(); }));
  nothing_happens();
  kubelet->keep_allocations_secret(false);
  EXPECT_TRUE(counts(removed));
}

TEST_F(Reconciliation, LeavesAPodAloneThatSomebodyHoldsOpen) {
  start();
  allocate_and_add({7});
  ASSERT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 1)"));
  kubelet->forget_allocations();
  const auto holder = kernel::NetNs::open(pod.path());
  pod.remove();
  nothing_happens();
  EXPECT_EQ(nic->leases().size(), 1U);
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Reconciliation, LeavesARunningPodAloneWhateverKubeletSays) {
  start();
  allocate_and_add({7});
  kubelet->forget_allocations();
  nothing_happens();
  EXPECT_EQ(nic->leases().size(), 1U);
}

TEST_F(Reconciliation, LeavesAPairAloneWhosePrimaryIsThere) {
  start();
  kubelet->allocate("shop", "web-0", {});
  const auto pair = runtime.network({{"optional", true}, {"pairing", "pair"}});
  ASSERT_TRUE(succeeded(runtime.add(named(pod), pair)));
  const auto holder = kernel::NetNs::open(pod.path());
  kubelet->forget_allocations();
  pod.remove();
  nothing_happens();
  EXPECT_TRUE(succeeded(runtime.del(named(pod), pair)));
}

// A daemon that has not seen the namespace at its path goes by the pair's other end.
TEST_F(Reconciliation, KnowsThePairOfANamespaceThatIsNowhereElse) {
  const nlohmann::json pair{{"pairing", "pair"}};
  kubelet->allocate("shop", "web-0", {nic->device_id(7)});
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network({7}, pair))));
  const auto holder = kernel::NetNs::open(pod.path());
  pod.remove();
  start();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 1)"));
  EXPECT_TRUE(succeeded(runtime.del(named(pod), network({7}, pair))));
}

TEST_F(Reconciliation, CannotTellWhileTheNicIsDown) {
  start();
  allocate_and_add({7});
  kubelet->forget_allocations();
  nic->set_up(false);
  pod.remove();
  nothing_happens();
  nic->set_up(true);
  EXPECT_TRUE(counts(removed));
}

TEST_F(Reconciliation, KeepsARecordWithAddressesForTheRuntimesDel) {
  const nlohmann::json pair{{"pairing", "pair"}, {"ipam", runtime.host_local({"10.22.0.0/24"})}};
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network({7}, pair))));
  pod.remove();
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(runtime.lease_file(nic->device_id(7))); },
                         std::chrono::seconds(20)));
  nothing_happens();
  EXPECT_TRUE(logs({"shop/web-0", "host-local", "addresses"}));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7}, pair))));
  EXPECT_THAT(runtime.records(), IsEmpty());
  EXPECT_TRUE(counts("rxlease_attachments 0"));
}

TEST_F(Reconciliation, FindsAtItsStartWhatWasLeftWhileItDidNotRun) {
  kubelet->allocate("shop", "other", {"elsewhere-rx1"});
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network({7}))));
  pod.remove();
  start();
  EXPECT_TRUE(counts(removed));
  EXPECT_THAT(runtime.records(), IsEmpty());
}

}  // namespace
}  // namespace rxlease::tests
