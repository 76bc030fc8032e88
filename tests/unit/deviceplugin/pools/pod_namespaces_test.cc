// SPDX-License-Identifier: Apache-2.0
//
// Namespaces whose paths lead nowhere; the bench has those that are there.
#include "deviceplugin/pools/pod_namespaces.h"

#include <gtest/gtest.h>

#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::pools {
namespace {

class PodNamespacesTest : public testing::Test {
 protected:
  PodNamespacesTest() {
    pod_.netns_cookie = cookie;
    pod_.netns = scratch_ / "gone";
    pod_.pairing = kernel::NetkitPairing::single;
    pod_.interface_ifindex = 12;
    pod_.devices = {{{"nic0", 7}, 1}};
    nic_.details.nic = {"nic0", "enp1s0", 2};
    nic_.queues[7].lease = kernel::Lease{12, {1}, 3};
  }

  NamespaceIds find() const {
    NamespaceIds known;
    namespaces_.find({pod_}, known);
    return known;
  }

  static constexpr std::uint64_t cookie = 4711;
  static inline const NamespaceIds with_id_3{.of_pods = {{cookie, 3}}, .hidden = {}};
  tests::ScratchDirectory scratch_;
  kernel::LinuxNamespace host_{kernel::NetNs::current()};
  PodNamespaces namespaces_{host_};
  attachment::Attachment pod_;
  nic::NicState nic_;
};

// Somebody may hold it open whose lease the NIC shows.
TEST_F(PodNamespacesTest, AreHiddenWithTheirPathsUntilTheirLeaseHasEnded) {
  EXPECT_TRUE(find().hidden.contains(cookie));
  namespaces_.remember({pod_}, {nic_}, find());
  EXPECT_TRUE(find().hidden.contains(cookie));
  namespaces_.remember({pod_}, {}, find());
  EXPECT_TRUE(find().hidden.contains(cookie)) << "the NIC is gone, or down";
  nic_.queues[7].lease.reset();
  namespaces_.remember({pod_}, {nic_}, find());
  EXPECT_EQ(find(), NamespaceIds{});
  nic_.queues[7].lease = kernel::Lease{12, {1}, 3};
  namespaces_.remember({pod_}, {nic_}, find());
  EXPECT_EQ(find(), NamespaceIds{}) << "it is another's";
}

TEST_F(PodNamespacesTest, LiveAsLongAsOneOfTheirAttachments) {
  auto other = pod_;
  other.devices = {{{"nic0", 6}, 1}};
  nic_.queues[6] = {};
  namespaces_.remember({pod_, other}, {nic_}, find());
  EXPECT_TRUE(find().hidden.contains(cookie));
}

TEST_F(PodNamespacesTest, AreNotOthersAtTheirPaths) {
  pod_.netns = "/proc/self/ns/net";
  EXPECT_TRUE(find().of_pods.empty());
}

TEST_F(PodNamespacesTest, AreHiddenInDirectoriesThatAreNotSeenFromHere) {
  pod_.netns = scratch_ / "none/pod";
  EXPECT_TRUE(find().hidden.contains(cookie));
}

TEST_F(PodNamespacesTest, AreRememberedWhileTheNicShowsTheSameLease) {
  namespaces_.remember({pod_}, {nic_}, with_id_3);
  EXPECT_EQ(find(), with_id_3);
  namespaces_.remember({pod_}, {nic_}, find());
  EXPECT_EQ(find(), with_id_3);
}

TEST_F(PodNamespacesTest, AreForgottenWithTheirLease) {
  namespaces_.remember({pod_}, {nic_}, with_id_3);
  const auto known = find();
  nic_.queues[7].lease->netns_id = 4;
  namespaces_.remember({pod_}, {nic_}, known);
  EXPECT_EQ(find(), NamespaceIds{});
  nic_.queues[7].lease->netns_id = 3;  // somebody else, who has got the id
  namespaces_.remember({pod_}, {nic_}, find());
  EXPECT_EQ(find(), NamespaceIds{});
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
