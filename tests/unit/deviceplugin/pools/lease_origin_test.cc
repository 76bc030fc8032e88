// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/lease_origin.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::pools {
namespace {

// A pod in the namespace with cookie 4711, whose interface of ifindex 12 leases queue 7.
class LeaseOrigin : public testing::Test {
 protected:
  LeaseOrigin() {
    pod.netns_cookie = cookie;
    pod.interface_ifindex = 12;
    pod.devices = {{device, 1}};
  }

  static kernel::Lease lease(std::uint32_t ifindex, std::optional<std::int32_t> netns_id) {
    return {ifindex, {1}, netns_id};
  }

  static NamespaceIds known(std::int32_t id) {
    NamespaceIds ids;
    ids.of_pods = {{cookie, id}};
    return ids;
  }

  static constexpr std::uint64_t cookie = 4711;
  const kernel::DeviceId device{"nic0", 7};
  attachment::Attachment pod;
};

TEST_F(LeaseOrigin, IsTheRecordWithNamespaceIfindexAndQueue) {
  EXPECT_TRUE(explains(pod, device, lease(12, 3), known(3)));
  EXPECT_FALSE(explains(pod, device, lease(13, 3), known(3)));
  EXPECT_FALSE(explains(pod, device, lease(12, 4), known(3)));
  EXPECT_FALSE(explains(pod, {"nic0", 6}, lease(12, 3), known(3)));
}

TEST_F(LeaseOrigin, IsNoRecordWhoseNamespaceIsGone) {
  EXPECT_FALSE(explains(pod, device, lease(12, 3), {}));
}

TEST_F(LeaseOrigin, IsNoRecordForALeaseOfTheHostsNamespace) {
  EXPECT_FALSE(explains(pod, device, lease(12, std::nullopt), known(3)));
}

TEST_F(LeaseOrigin, IsToldByTheIfindexWhileTheNamespaceEndsOrIsHidden) {
  EXPECT_TRUE(explains(pod, device, lease(12, -1), {}));
  EXPECT_FALSE(explains(pod, device, lease(13, -1), {}));
  NamespaceIds ids;
  ids.hidden = {cookie};
  EXPECT_TRUE(explains(pod, device, lease(12, 3), ids));
}

TEST_F(LeaseOrigin, HasThePodOfItsNamespaceForANeighbour) {
  const std::vector<attachment::Attachment> attachments{pod};
  EXPECT_EQ(neighbour(lease(99, 3), attachments, known(3)), attachments.data());
  EXPECT_EQ(neighbour(lease(99, 4), attachments, known(3)), nullptr);
  EXPECT_EQ(neighbour(lease(99, std::nullopt), attachments, known(3)), nullptr);
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
