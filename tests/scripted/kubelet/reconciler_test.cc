// SPDX-License-Identifier: Apache-2.0
//
// Which evidence keeps a record: each piece alone does.
#include "deviceplugin/reconcile/reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "attachment/record/attachment_store.h"
#include "attachment/record/lease_file.h"
#include "kernel/boot_id.h"
#include "tests/scripted/kubelet/fake_kubelet.h"
#include "tests/unit/deviceplugin/captured_log.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::reconcile {
namespace {

class ReconcilerTest : public testing::Test {
 protected:
  // A pod whose namespace is gone, whose NIC shows no lease, whose netkit is no more, and which kubelet
  // forgot.
  void SetUp() override {
    attachment_.container_id = "4f1e";
    attachment_.network = "zerocopy";
    attachment_.ifname = attachment_.interface = "eth0";
    attachment_.netns = scratch_ / "no-such-namespace";
    attachment_.netns_cookie = 4711;
    attachment_.interface_ifindex = 12;
    attachment_.devices = {{{"nic0", 7}, 1}};
    nic_.details.nic = {"nic0", "enp1s0", 2};
    nic_.details.rx_queues = 8;
    nic_.up = nic_.carrier = true;
    nic_.queues[7] = {};
  }

  // Whether a scan removes the record.
  bool removes() {
    const attachment::AttachmentStore store(scratch_.path());
    store.create(attachment_);
    attachment::write_lease_file(scratch_.path(),
                                 {"nic0-rx7", "eth0", 1, "enp1s0", 7, "pair", attachment_.container_id});
    pools::Snapshot snapshot;
    (is_of_earlier_boot_ ? snapshot.of_earlier_boots : snapshot.attachments) = {attachment_};
    if (nic_.details.rx_queues != 0) snapshot.nics = {nic_};
    snapshot.namespaces = namespaces_;
    const bool changed = reconciler_.reconcile(snapshot);
    const bool there = store.find("4f1e", "eth0").has_value();
    EXPECT_EQ(changed, !there);
    EXPECT_EQ(ReconciliationMetrics(registry_).records_removed.Value(), there ? 0 : 1);
    return !there;
  }
  bool has_lease_file() const { return std::filesystem::exists(scratch_ / "devices/nic0-rx7/lease.json"); }

  tests::ScratchDirectory scratch_;
  std::optional<tests::FakeKubelet> kubelet_{scratch_.path()};
  kernel::LinuxNamespace host_{kernel::NetNs::current()};
  prometheus::Registry registry_;
  kubelet::PodResources pod_resources_{scratch_ / "pod-resources/kubelet.sock"};
  Reconciler reconciler_{host_, scratch_.path(), pod_resources_, registry_};
  attachment::Attachment attachment_;
  bool is_of_earlier_boot_ = false;
  nic::NicState nic_;
  pools::NamespaceIds namespaces_;
};

TEST_F(ReconcilerTest, RemovesARecordThatNothingSpeaksFor) {
  EXPECT_TRUE(removes());
  EXPECT_FALSE(has_lease_file());
}

TEST_F(ReconcilerTest, KeepsARecordWhoseNamespaceIsThere) {
  attachment_.netns = "/proc/self/ns/net";
  attachment_.netns_cookie = host_.cookie();
  EXPECT_FALSE(removes());
  EXPECT_TRUE(has_lease_file());
}

// An ADD went on between the scan and the pod's end: the scan has not seen its flow rules.
TEST_F(ReconcilerTest, KeepsARecordThatHasChangedSinceTheScan) {
  const attachment::AttachmentStore store(scratch_.path());
  auto later = attachment_;
  later.devices.front().queue = std::nullopt;
  store.create(later);
  EXPECT_FALSE(removes());
  EXPECT_TRUE(has_lease_file());
  store.update(attachment_);
  EXPECT_TRUE(removes());
}

TEST_F(ReconcilerTest, KeepsTheRecordOfThisBootInPlaceOfAnEarlierOne) {
  const attachment::AttachmentStore store(scratch_.path());
  auto later = attachment_;
  later.boot_id = kernel::boot_id();
  store.create(later);
  is_of_earlier_boot_ = true;
  EXPECT_FALSE(removes());
}

// Nor does it keep the node from being scanned.
TEST_F(ReconcilerTest, KeepsARecordWhoseNamespaceCannotBeLookedAt) {
  attachment_.netns = scratch_ / "loop";
  std::filesystem::create_symlink("loop", attachment_.netns);
  EXPECT_FALSE(removes());
  EXPECT_TRUE(has_lease_file());
}

// As while a stopped plugin holds the lock of the records, which takes longer.
TEST_F(ReconcilerTest, TriesAgainWhatFailsAndSaysSoOnce) {
  tests::CapturedLog log;
  std::filesystem::create_directories(scratch_ / "devices/nic0-rx7");
  const auto store = scratch_ / "attachments";
  std::ofstream(store) << "no directory";
  pools::Snapshot snapshot;
  snapshot.attachments = {attachment_};
  snapshot.nics = {nic_};
  std::ofstream(scratch_ / "devices/nic0-rx7/lease.json") << R"({"containerId": "4f1e"})";
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(reconciler_.reconcile(snapshot));
  EXPECT_THAT(log.lines(),
              testing::ElementsAre(testing::AllOf(
                  testing::HasSubstr("could not clean up after container 4f1e, interface eth0, and "
                                     "tries again: "),
                  testing::HasSubstr(store))));
  std::filesystem::remove(store);
  EXPECT_TRUE(removes());
}

TEST_F(ReconcilerTest, TellsAnotherNamespaceAtTheSamePath) {
  attachment_.netns = "/proc/self/ns/net";
  attachment_.netns_cookie = host_.cookie() + 1;
  EXPECT_TRUE(removes());
}

TEST_F(ReconcilerTest, KeepsARecordThatALeaseLeadsTo) {
  namespaces_.of_pods = {{4711, 3}};
  nic_.queues[7].lease = kernel::Lease{12, {1}, 3};
  EXPECT_FALSE(removes());
  EXPECT_TRUE(has_lease_file());
}

TEST_F(ReconcilerTest, PassesOverALeaseOfTheSameIfindexInAnotherNamespace) {
  nic_.queues[7].lease = kernel::Lease{12, {1}, 3};
  EXPECT_TRUE(removes());
}

TEST_F(ReconcilerTest, PassesOverALeaseOfAnotherNetkit) {
  namespaces_.of_pods = {{4711, 3}};
  nic_.queues[7].lease = kernel::Lease{13, {1}, 3};
  EXPECT_TRUE(removes());
}

TEST_F(ReconcilerTest, KeepsARecordWhileItsNicIsDown) {
  nic_.up = false;
  nic_.queues.clear();
  EXPECT_FALSE(removes());
}

TEST_F(ReconcilerTest, KeepsARecordWhileItsNicIsGone) {
  nic_.details.rx_queues = 0;
  EXPECT_FALSE(removes());
}

TEST_F(ReconcilerTest, TellsAnotherLinkOfThePrimarysIfindex) {
  attachment_.host_ifindex = 1;  // lo, of every namespace
  attachment_.host_interface = "rxl75bfb3e6dbbf";
  EXPECT_TRUE(removes());
}

// Not even kubelet is asked: it may have allocated the devices to the pod's next container.
TEST_F(ReconcilerTest, ForgetsWhatAnEarlierBootLeft) {
  kubelet_.reset();
  attachment_.netns = "/proc/self/ns/net";
  attachment_.netns_cookie = host_.cookie();
  attachment_.boot_id = "of-before";
  nic_.queues[7].lease = kernel::Lease{12, {1}, 3};
  is_of_earlier_boot_ = true;
  EXPECT_TRUE(removes());
  EXPECT_FALSE(has_lease_file());
}

TEST_F(ReconcilerTest, KeepsARecordOfAnEarlierBootForItsAddresses) {
  attachment_.boot_id = "of-before";
  attachment_.ipam = "host-local";
  is_of_earlier_boot_ = true;
  EXPECT_FALSE(removes());
  EXPECT_FALSE(has_lease_file());
}

TEST_F(ReconcilerTest, KeepsARecordOfADeviceThatKubeletHasAllocated) {
  kubelet_->allocate("shop", "web-0", {"nic0-rx6", "nic0-rx7"});
  EXPECT_FALSE(removes());
  EXPECT_TRUE(has_lease_file());
}

TEST_F(ReconcilerTest, PassesOverWhatElseKubeletHasAllocated) {
  kubelet_->allocate("shop", "web-0", {"nic0-rx6"});
  EXPECT_TRUE(removes());
}

TEST_F(ReconcilerTest, KeepsEveryRecordWhileKubeletDoesNotAnswer) {
  kubelet_->keep_allocations_secret(true);
  EXPECT_FALSE(removes());
}

TEST_F(ReconcilerTest, KeepsEveryRecordWhileThereIsNoKubelet) {
  kubelet_.reset();
  EXPECT_FALSE(removes());
}

TEST_F(ReconcilerTest, KeepsARecordWithADeviceOfAnotherNicThatIsNotSeen) {
  attachment_.devices.push_back({{"nic9", 2}, 2});
  EXPECT_FALSE(removes());
}

TEST_F(ReconcilerTest, KeepsARecordWithAddressesButNotItsLeaseFiles) {
  attachment_.ipam = "host-local";
  EXPECT_FALSE(removes());
  EXPECT_FALSE(has_lease_file());
  EXPECT_EQ(ReconciliationMetrics(registry_).lease_files_removed.Value(), 1);
}

}  // namespace
}  // namespace rxlease::deviceplugin::reconcile
