// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/addresses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "kernel/netlink/routes.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

using kernel::Addresses;
using kernel::IpPrefix;
using testing::Contains;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Addressed : public testing::Test {
 protected:
  Addressed() : dummy(kernel::Links(pod.netns().route()).newlink(plain_link("dummy0", "dummy")).ifindex()) {
    set_link(pod.netns(), dummy, true);
  }

  IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }

  Pod pod;
  Addresses addresses{pod.netns().route()};
  std::uint32_t dummy;
};

using Newaddr = Addressed;
using GetaddrDump = Addressed;

TEST_F(Newaddr, GivesALinkAddressesOfBothFamilies) {
  addresses.newaddr(dummy, prefix("10.0.0.7/24"));
  addresses.newaddr(dummy, prefix("fd00::7/64"));
  const auto listed = addresses.getaddr_dump(dummy);
  EXPECT_THAT(listed, Contains(prefix("10.0.0.7/24")));
  EXPECT_THAT(listed, Contains(prefix("fd00::7/64")));
}

// The kernel puts an IPv6 address to use in a work queue, duplicate address detection or not.
TEST_F(Newaddr, GivesAddressesThatSoonWork) {
  addresses.newaddr(dummy, prefix("10.0.0.7/24"));
  addresses.newaddr(dummy, prefix("fd00::7/64"));
  const kernel::Routes routes(pod.netns().route());
  EXPECT_TRUE(routes.getroute(kernel::IpAddress::parse("10.0.0.7").value()));
  EXPECT_TRUE(
      eventually([&] { return routes.getroute(kernel::IpAddress::parse("fd00::7").value()).has_value(); }));
}

TEST_F(Newaddr, LeavesTheRouteToThePrefixToTheKernelWhereAsked) {
  addresses.newaddr(dummy, prefix("10.0.0.7/24"), kernel::PrefixRoute::of_kernel);
  addresses.newaddr(dummy, prefix("fd00::7/64"), kernel::PrefixRoute::of_kernel);
  const kernel::Routes routes(pod.netns().route());
  EXPECT_TRUE(routes.delroute(prefix("10.0.0.0/24"), dummy));
  EXPECT_TRUE(routes.delroute(prefix("fd00::/64"), dummy));
}

TEST_F(Newaddr, MakesNoRouteToThePrefix) {
  addresses.newaddr(dummy, prefix("10.0.0.7/24"));
  addresses.newaddr(dummy, prefix("fd00::7/64"));
  const kernel::Routes routes(pod.netns().route());
  EXPECT_THAT(routes.getroute_dump(AF_INET, dummy), IsEmpty());
  EXPECT_FALSE(routes.getroute(kernel::IpAddress::parse("fd00::8").value()));
}

TEST_F(Newaddr, RefusesAnAddressThatTheLinkHas) {
  addresses.newaddr(dummy, prefix("10.0.0.7/24"));
  addresses.newaddr(dummy, prefix("fd00::7/64"));
  EXPECT_TRUE(refused([&] { addresses.newaddr(dummy, prefix("10.0.0.7/24")); }, EEXIST));
  EXPECT_TRUE(refused([&] { addresses.newaddr(dummy, prefix("fd00::7/64")); }, EEXIST));
}

TEST_F(Newaddr, RefusesALinkThatIsNotThere) {
  EXPECT_TRUE(refused([&] { addresses.newaddr(4711, prefix("10.0.0.7/24")); }, ENODEV));
}

TEST_F(GetaddrDump, ListsOneLinksAddressesOnly) {
  constexpr std::uint32_t loopback = 1;
  addresses.newaddr(dummy, prefix("10.0.0.7/24"));
  EXPECT_THAT(addresses.getaddr_dump(loopback),
              UnorderedElementsAre(prefix("127.0.0.1/8"), prefix("::1/128")));
}

TEST_F(GetaddrDump, IsWholeWithHundredsOfAddresses) {
  for (int i = 1; i <= 250; ++i) {
    addresses.newaddr(dummy, prefix(("10.0.0." + std::to_string(i) + "/24").c_str()));
    addresses.newaddr(dummy, prefix(("fd00::" + std::to_string(i) + "/64").c_str()));
  }
  const auto listed = addresses.getaddr_dump(dummy);
  for (int i = 1; i <= 250; ++i) {
    EXPECT_THAT(listed, Contains(prefix(("10.0.0." + std::to_string(i) + "/24").c_str())));
    EXPECT_THAT(listed, Contains(prefix(("fd00::" + std::to_string(i) + "/64").c_str())));
  }
}

// The kernel answers the dump of a link that it does not know with ENODEV.
TEST_F(GetaddrDump, RefusesALinkThatIsNotThere) {
  EXPECT_TRUE(refused([&] { addresses.getaddr_dump(4711); }, ENODEV));
}

}  // namespace
}  // namespace rxlease::tests
