// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/proxy.h"

#include <gmock/gmock.h>

#include "kernel/boot_id.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// The NIC, ifindex 2, has 10.0.0.1/24 and fd00::1/64.
class Proxy : public Acts {
 protected:
  Proxy() {
    record.boot_id = kernel::boot_id();
    give(nic.ifindex, "10.0.0.1/24");
    give(nic.ifindex, "fd00::1/64");
    site.store().create(record);
  }

  void give(std::uint32_t ifindex, const std::string& prefix) {
    const auto parsed = IpPrefix::parse(prefix).value();
    kernel::AddrAttrs entry;
    entry.ifaddr.ifa_index = ifindex;
    entry.ifaddr.ifa_family = parsed.address.family();
    entry.ifaddr.ifa_prefixlen = parsed.length;
    entry.address = entry.local = parsed.address.bytes();
    machine.host_netns.addresses.push_back(entry);
  }

  // The record of another pod, whose namespace is at `netns`, with the same address.
  void write_other(const std::string& netns) {
    auto other = record;
    other.container_id = "c2";
    other.netns = netns;
    other.netns_cookie = kernel::LinuxNamespace(kernel::NetNs::current()).cookie();
    other.proxies = Proxies{nic.name, nic.ifindex, {pod}};
    site.store().create(other);
  }

  void add() { add_proxies(site, nic, {pod, pod6}, record); }
  Error refused(const std::vector<IpAddress>& addresses, const std::vector<IpAddress>& gateways) {
    return error_of([&] { require_proxies(machine, nic, addresses, gateways); });
  }
  auto& entries() { return machine.host_netns.proxies; }

  const IpAddress pod = *IpAddress::parse("10.0.0.7"), pod6 = *IpAddress::parse("fd00::7");
  const IpAddress link_local = *IpAddress::parse("169.254.22.1"), link_local6 = *IpAddress::parse("fe80::1");
};

TEST_F(Proxy, AnswersForTheAddressesOfBothFamiliesAndIsRecordedBefore) {
  machine.journal.on_step = [this](const std::string& step) {
    if (step != "host newneigh") return;
    EXPECT_EQ(site.store().find("c1", "eth0")->proxies->addresses, (std::vector{pod, pod6}));
  };
  add();
  EXPECT_THAT(entries(), UnorderedElementsAre(Pair(2, pod), Pair(2, pod6)));
  EXPECT_EQ(machine.host_netns.sysctl("net/ipv6/conf/enp1s0/proxy_ndp"), "1");
}

TEST_F(Proxy, LeavesTheSysctlOfIpv6AloneForIpv4) {
  add_proxies(site, nic, {pod}, record);
  EXPECT_FALSE(machine.host_netns.sysctl("net/ipv6/conf/enp1s0/proxy_ndp"));
}

TEST_F(Proxy, EndsWithTheRecord) {
  add();
  remove_proxies(site, record);
  EXPECT_THAT(entries(), IsEmpty());
  remove_proxies(site, record);  // again
}

TEST_F(Proxy, KeepsAnEntryThatSomebodyElseMade) {
  entries().emplace(2, pod);
  add();
  EXPECT_THAT(record.proxies->addresses, ElementsAre(pod6));
  remove_proxies(site, record);
  EXPECT_THAT(entries(), UnorderedElementsAre(Pair(2, pod)));
}

TEST_F(Proxy, KeepsAnEntryThatAnotherPodHasByNow) {
  add();
  write_other("/proc/self/ns/net");
  remove_proxies(site, record);
  EXPECT_THAT(entries(), UnorderedElementsAre(Pair(2, pod)));
}

TEST_F(Proxy, EndsWithTheLastOfTwoPodsThatHadTheAddress) {
  write_other("/run/netns/gone-for-ever");
  entries().emplace(2, pod);
  add();
  EXPECT_THAT(record.proxies->addresses, ElementsAre(pod, pod6))
      << "the entry is of a pod, so it is ours too";
  remove_proxies(site, record);
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(Proxy, LeavesANicAloneThatTookThePlaceOfTheRecordedOne) {
  add();
  record.proxies->ifindex = 9;
  remove_proxies(site, record);
  EXPECT_THAT(entries(), UnorderedElementsAre(Pair(2, pod), Pair(2, pod6)));
}

TEST_F(Proxy, OfANicThatIsGoneIsGone) {
  add();
  record.proxies->nic = "nic9";
  remove_proxies(site, record);
  EXPECT_THAT(find_unanswered(machine, record), ElementsAre("NIC nic9 is gone with its proxy entries"));
}

TEST_F(Proxy, OfAnEarlierBootIsNotRemoved) {
  add();
  record.boot_id = "of-another-boot";
  remove_proxies(site, record);
  EXPECT_THAT(entries(), UnorderedElementsAre(Pair(2, pod), Pair(2, pod6)));
}

TEST_F(Proxy, IsFoundMissing) {
  add();
  EXPECT_THAT(find_unanswered(machine, record), IsEmpty());
  entries().erase({2, pod});
  EXPECT_THAT(find_unanswered(machine, record),
              ElementsAre("enp1s0 does not answer neighbours for 10.0.0.7: its proxy entry is gone"));
}

TEST_F(Proxy, IsFoundSwitchedOff) {
  add();
  machine.host_netns.sysctls["net/ipv4/conf/enp1s0/forwarding"] = "0";
  machine.host_netns.sysctls["net/ipv6/conf/enp1s0/proxy_ndp"] = "0";
  EXPECT_THAT(find_unanswered(machine, record),
              ElementsAre(HasSubstr("net/ipv4/conf/enp1s0/forwarding is 0"),
                          HasSubstr("net/ipv6/conf/enp1s0/proxy_ndp is 0")));
}

// Linux does not answer on a link that does not forward, and says nothing of it.
TEST_F(Proxy, IsRefusedWhereTheNicDoesNotForward) {
  machine.host_netns.sysctls["net/ipv4/conf/enp1s0/forwarding"] = "0";
  const auto error = error_of([&] { add(); });
  EXPECT_EQ(error.part(), Part::proxy_neighbors);
  EXPECT_THAT(error.what(), HasSubstr("net/ipv4/conf/enp1s0/forwarding is 0"));
  EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(Proxy, IsRefusedWithoutAnAddress) {
  EXPECT_THAT(refused({}, {}).what(), HasSubstr("no address"));
}

TEST_F(Proxy, IsRefusedForMoreAddressesThanARecordHolds) {
  EXPECT_THAT(refused(std::vector<IpAddress>(most_proxies + 1, pod), {}).what(), HasSubstr("257 addresses"));
}

// The gateway's address will be one of the host's, which answers ARP for all of its addresses on every link.
TEST_F(Proxy, IsRefusedWhereTheGatewayMayBeTheRouterOfTheNicsNetwork) {
  const auto error = refused({pod}, {*IpAddress::parse("10.0.0.254")});
  EXPECT_THAT(error.what(), HasSubstr("10.0.0.254 lies in 10.0.0.0/24, the network of enp1s0"));
  EXPECT_THAT(error.remedy(), HasSubstr("169.254.22.1"));
  EXPECT_THAT(refused({pod6}, {*IpAddress::parse("fd00::fe")}).what(), HasSubstr("fd00::/64"));
}

TEST_F(Proxy, TakesAGatewayThatIsNobodysOrTheHostsOwn) {
  give(nic.ifindex, "fe80::5054:ff:fe00:1/64");
  require_proxies(machine, nic, {pod, pod6},
                  {link_local, link_local6, *IpAddress::parse("10.0.0.1"), *IpAddress::parse("10.1.0.1")});
  EXPECT_THAT(machine.warnings, IsEmpty());
}

TEST_F(Proxy, WarnsOfAnAddressThatNoNeighbourLooksForThere) {
  require_proxies(machine, nic, {pod, *IpAddress::parse("10.22.0.5")}, {});
  EXPECT_THAT(machine.warnings, ElementsAre(HasSubstr("10.22.0.5")));
}

TEST_F(Proxy, IsRefusedForAPortOfABridge) {
  auto& links = machine.host_netns.links;
  links["enp1s0"].ifname = "enp1s0";
  links["enp1s0"].ifinfo.ifi_index = 2;
  links["enp1s0"].master = 8;
  links["br0"].ifname = "br0";
  links["br0"].ifinfo.ifi_index = 8;
  EXPECT_THAT(refused({pod}, {}).what(), HasSubstr("enp1s0 is a port of br0"));
}

}  // namespace
}  // namespace rxlease::attachment
