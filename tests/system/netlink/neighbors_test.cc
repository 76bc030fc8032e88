// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/neighbors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

using kernel::IpAddress;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ProxyNeighbors : public testing::Test {
 protected:
  ProxyNeighbors() { set_link(pod.netns(), dummy, true); }

  std::uint32_t make(const char* name) {
    return kernel::Links(pod.netns().route()).newlink(plain_link(name, "dummy")).ifindex();
  }

  Pod pod;
  kernel::Neighbors neighbors{pod.netns().route()};
  std::uint32_t dummy = make("dummy0"), other = make("dummy1");
  const IpAddress v4 = *IpAddress::parse("10.0.0.7"), v6 = *IpAddress::parse("fd00::7");
};

TEST_F(ProxyNeighbors, AreListedByLinkInBothFamilies) {
  EXPECT_THAT(neighbors.getneigh_dump_proxies(dummy), IsEmpty());
  neighbors.newneigh_proxy(dummy, v4);
  neighbors.newneigh_proxy(dummy, v6);
  neighbors.newneigh_proxy(dummy, v4);  // again
  neighbors.newneigh_proxy(other, *IpAddress::parse("10.0.0.8"));
  EXPECT_THAT(neighbors.getneigh_dump_proxies(dummy), UnorderedElementsAre(v4, v6));
}

TEST_F(ProxyNeighbors, AreRemovedOnce) {
  neighbors.newneigh_proxy(dummy, v4);
  neighbors.newneigh_proxy(dummy, v6);
  EXPECT_TRUE(neighbors.delneigh_proxy(dummy, v4));
  EXPECT_FALSE(neighbors.delneigh_proxy(dummy, v4));
  EXPECT_THAT(neighbors.getneigh_dump_proxies(dummy), ElementsAre(v6));
}

TEST_F(ProxyNeighbors, GoWithTheirLink) {
  neighbors.newneigh_proxy(dummy, v4);
  kernel::Links(pod.netns().route()).dellink(dummy);
  EXPECT_THAT(neighbors.getneigh_dump_proxies(dummy), IsEmpty());
  EXPECT_FALSE(neighbors.delneigh_proxy(dummy, v4));
}

TEST_F(ProxyNeighbors, NeedALink) {
  EXPECT_TRUE(refused([&] { neighbors.newneigh_proxy(999, v4); }, ENODEV));
}

}  // namespace
}  // namespace rxlease::tests
