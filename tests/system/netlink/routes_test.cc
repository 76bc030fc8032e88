// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "kernel/netlink/addresses.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
using kernel::Route;

// A namespace with a link that has an address of each family, and no route yet.
class Routed : public testing::Test {
 protected:
  Routed() : dummy(kernel::Links(pod.netns().route()).newlink(plain_link("dummy0", "dummy")).ifindex()) {
    set_link(pod.netns(), dummy, true);
    const kernel::Addresses addresses(pod.netns().route());
    addresses.newaddr(dummy, IpPrefix::parse("10.0.0.7/24").value());
    addresses.newaddr(dummy, IpPrefix::parse("fd00::7/64").value());
  }

  IpAddress address(const char* text) { return IpAddress::parse(text).value(); }

  Route to(const char* dst) {
    Route route;
    route.dst = IpPrefix::parse(dst).value();
    route.oif = dummy;
    return route;
  }

  Route via(const char* dst, const char* gateway) {
    auto route = to(dst);
    route.gateway = address(gateway);
    return route;
  }

  // The link's route to `dst` as the dump lists it.
  std::optional<Route> listed(const char* dst, std::uint32_t table = RT_TABLE_MAIN) {
    const auto prefix = IpPrefix::parse(dst).value();
    for (const auto& route : routes.getroute_dump(prefix.address.family(), dummy)) {
      if (route.dst == prefix && route.table == table) return route;
    }
    return std::nullopt;
  }

  Pod pod;
  kernel::Routes routes{pod.netns().route()};
  std::uint32_t dummy;
};

using Newroute = Routed;
using Getroute = Routed;

TEST_F(Newroute, LeadsOntoTheLink) {
  for (const auto* const dst : {"10.0.0.0/24", "fd00::/64"}) {
    routes.newroute(to(dst));
    ASSERT_TRUE(listed(dst)) << dst;
    EXPECT_EQ(listed(dst)->gateway, std::nullopt);
  }
  EXPECT_EQ(listed("10.0.0.0/24")->scope, RT_SCOPE_LINK);
}

TEST_F(Newroute, LeadsThroughAGatewayThatTheLinkReaches) {
  routes.newroute(to("10.0.0.1/32"));
  routes.newroute(via("0.0.0.0/0", "10.0.0.1"));
  routes.newroute(to("fd00::1/128"));
  routes.newroute(via("::/0", "fd00::1"));
  ASSERT_TRUE(listed("0.0.0.0/0"));
  EXPECT_EQ(listed("0.0.0.0/0")->gateway, address("10.0.0.1"));
  EXPECT_EQ(listed("0.0.0.0/0")->scope, RT_SCOPE_UNIVERSE);
  ASSERT_TRUE(listed("::/0"));
  EXPECT_EQ(listed("::/0")->gateway, address("fd00::1"));
}

TEST_F(Newroute, RefusesAGatewayThatNothingLeadsTo) {
  EXPECT_TRUE(refused([&] { routes.newroute(via("0.0.0.0/0", "192.0.2.1")); }, ENETUNREACH,
                      "Nexthop has invalid gateway"));
  EXPECT_TRUE(refused([&] { routes.newroute(via("::/0", "2001:db8::1")); }, EHOSTUNREACH));
}

TEST_F(Newroute, KeepsThePreferredSource) {
  auto v4 = to("192.0.2.0/24");
  v4.prefsrc = address("10.0.0.7");
  routes.newroute(v4);
  auto v6 = to("2001:db8::/32");
  v6.prefsrc = address("fd00::7");
  routes.newroute(v6);
  EXPECT_EQ(listed("192.0.2.0/24")->prefsrc, v4.prefsrc);
  EXPECT_EQ(listed("2001:db8::/32")->prefsrc, v6.prefsrc);
}

TEST_F(Newroute, KeepsMtuAndMaximumSegmentSize) {
  for (const auto* const dst : {"192.0.2.0/24", "2001:db8::/32"}) {
    auto route = to(dst);
    route.mtu = 1400;
    route.advmss = 1340;
    routes.newroute(route);
    EXPECT_EQ(listed(dst)->mtu, 1400U);
    EXPECT_EQ(listed(dst)->advmss, 1340U);
  }
}

TEST_F(Newroute, KeepsPriorityAndScope) {
  auto route = to("192.0.2.0/24");
  route.priority = 77;
  route.scope = RT_SCOPE_UNIVERSE;
  routes.newroute(route);
  EXPECT_EQ(listed("192.0.2.0/24")->priority, 77U);
  EXPECT_EQ(listed("192.0.2.0/24")->scope, RT_SCOPE_UNIVERSE);
}

TEST_F(Newroute, FillsOtherTablesOfAnyNumber) {
  for (const std::uint32_t table : {100U, 4096U}) {
    for (const auto* const dst : {"192.0.2.0/24", "2001:db8::/32"}) {
      auto route = to(dst);
      route.table = table;
      routes.newroute(route);
      EXPECT_TRUE(listed(dst, table)) << table;
      EXPECT_FALSE(listed(dst)) << table;
    }
  }
}

TEST_F(Newroute, RefusesASecondRouteToTheSamePlace) {
  for (const auto* const dst : {"192.0.2.0/24", "2001:db8::/32"}) {
    routes.newroute(to(dst));
    EXPECT_TRUE(refused([&] { routes.newroute(to(dst)); }, EEXIST)) << dst;
    auto other = to(dst);
    other.priority = 2048;
    EXPECT_NO_THROW(routes.newroute(other)) << dst;
  }
}

// A second link with an address and a way to its own gateway.
class NewrouteBesideAnother : public Routed {
 protected:
  NewrouteBesideAnother()
      : other(kernel::Links(pod.netns().route()).newlink(plain_link("dummy1", "dummy")).ifindex()) {
    set_link(pod.netns(), other, true);
    const kernel::Addresses addresses(pod.netns().route());
    addresses.newaddr(other, IpPrefix::parse("10.1.0.7/24").value());
    addresses.newaddr(other, IpPrefix::parse("fd01::7/64").value());
    for (const auto* const dst : {"10.0.0.0/24", "fd00::/64"}) routes.newroute(to(dst));
    for (const auto* const dst : {"10.1.0.0/24", "fd01::/64"}) routes.newroute(through_other(to(dst)));
  }

  Route through_other(Route route) const {
    route.oif = other;
    return route;
  }

  std::size_t count(const Route& route) {
    const auto all = routes.getroute_dump(route.dst.address.family(), route.oif);
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const auto& listed) { return listed.dst == route.dst && listed.gateway == route.gateway; }));
  }

  std::uint32_t other;
};

TEST_F(NewrouteBesideAnother, PrecedesFollowsOrReplacesIt) {
  const auto first = via("0.0.0.0/0", "10.0.0.1");
  const auto second = through_other(via("0.0.0.0/0", "10.1.0.1"));
  const auto taken = [&] { return routes.getroute(address("192.0.2.1"))->oif; };
  routes.newroute(first);
  routes.newroute(second, kernel::IfThere::follow);
  EXPECT_EQ(taken(), dummy);
  EXPECT_EQ(count(second), 1U);
  EXPECT_TRUE(routes.delroute(second.dst, other));
  EXPECT_FALSE(routes.delroute(second.dst, other));
  routes.newroute(second, kernel::IfThere::precede);
  EXPECT_EQ(taken(), other);
  EXPECT_EQ(count(first), 1U);
  EXPECT_TRUE(routes.delroute(second.dst, other));
  routes.newroute(second, kernel::IfThere::replace);
  EXPECT_EQ(taken(), other);
  EXPECT_EQ(count(first), 0U);
}

// The kernel makes one route with two next hops of them, and lists each link's part.
TEST_F(NewrouteBesideAnother, SharesWithItInIPv6) {
  const auto first = via("::/0", "fd00::1");
  const auto second = through_other(via("::/0", "fd01::1"));
  routes.newroute(first);
  routes.newroute(second, kernel::IfThere::precede);
  EXPECT_EQ(count(first), 1U);
  EXPECT_EQ(count(second), 1U);
}

TEST_F(Newroute, RefusesADestinationWithHostBits) {
  EXPECT_TRUE(refused([&] { routes.newroute(to("10.0.0.7/24")); }, EINVAL));
}

TEST_F(Getroute, TellsWhereTheKernelSendsAPacket) {
  routes.newroute(to("10.0.0.1/32"));
  routes.newroute(via("0.0.0.0/0", "10.0.0.1"));
  const auto taken = routes.getroute(address("192.0.2.9"));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->oif, dummy);
  EXPECT_EQ(taken->gateway, address("10.0.0.1"));
  EXPECT_EQ(taken->prefsrc, address("10.0.0.7"));
}

TEST_F(Getroute, FindsNoneWhereNoneLeads) {
  EXPECT_FALSE(routes.getroute(address("192.0.2.9")));
  EXPECT_FALSE(routes.getroute(address("2001:db8::9")));
}

TEST_F(Getroute, ListsOneLinksRoutesOnly) {
  const auto other = kernel::Links(pod.netns().route()).newlink(plain_link("dummy1", "dummy")).ifindex();
  set_link(pod.netns(), other, true);
  routes.newroute(to("192.0.2.0/24"));
  EXPECT_TRUE(routes.getroute_dump(AF_INET, other).empty());
  EXPECT_EQ(routes.getroute_dump(AF_INET, dummy).size(), 1U);
}

}  // namespace
}  // namespace rxlease::tests
