// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cerrno>

#include "kernel/netlink/links.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

using kernel::Link;
using kernel::Links;

TEST(NewlinkRefuses, ANameThatTheOwnNamespaceHas) {
  Pod pod;
  const Links links(pod.netns().route());
  EXPECT_TRUE(refused([&] { links.newlink(netkit_single("lo")); }, EEXIST));
}

TEST(NewlinkRefuses, ANameThatTheOtherNamespaceHas) {
  Pod pod;
  const Links links(host().route());
  EXPECT_TRUE(refused([&] { links.newlink(netkit_pair("nk-free", "lo", pod.netns().fd())); }, EEXIST));
  EXPECT_FALSE(links.getlink("nk-free"));
}

TEST(NewlinkRefuses, AKindThatTheKernelDoesNotKnow) {
  Pod pod;
  const Links links(pod.netns().route());
  EXPECT_TRUE(refused([&] { links.newlink(plain_link("x", "abacus")); }, EOPNOTSUPP, "Unknown device type"));
}

TEST(NewlinkRefuses, AMacInL3Mode) {
  Pod pod;
  auto request = netkit_single("nk-mac");
  request.address = kernel::Bytes{2, 0, 0, 0, 0, 1};
  EXPECT_TRUE(refused([&] { Links(pod.netns().route()).newlink(request); }, EOPNOTSUPP));
}

TEST(NewlinkRefuses, APolicyOfASingle) {
  Pod pod;
  auto request = netkit_single("nk-policy");
  auto netkit = request.netkit().value();
  netkit.policy = kernel::NetkitPolicy::blackhole;
  request.linkinfo->data = encode(netkit);
  EXPECT_TRUE(refused([&] { Links(pod.netns().route()).newlink(request); }, EOPNOTSUPP));
}

TEST(NewlinkRefuses, MoreThan1024Queues) {
  Pod pod;
  const Links links(pod.netns().route());
  EXPECT_TRUE(refused([&] { links.newlink(netkit_single("nk-many", 1024)); }, EOPNOTSUPP));
  EXPECT_EQ(links.newlink(netkit_single("nk-most", 1023)).num_rx_queues, 1024U);
}

TEST(NewlinkRefuses, ANamespaceThatTheDescriptorDoesNotName) {
  const Links links(host().route());
  EXPECT_TRUE(refused([&] { links.newlink(netkit_pair("nk-free", "eth0", 4711)); }, EBADF));
}

TEST(SetlinkRefuses, AnIndexThatNobodyHas) {
  Pod pod;
  EXPECT_TRUE(refused([&] { set_link(pod.netns(), 4711, true); }, ENODEV));
}

}  // namespace
}  // namespace rxlease::tests
