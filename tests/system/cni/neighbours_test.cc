// SPDX-License-Identifier: Apache-2.0
//
// Beside others: a pod's further networks, and the routers from which the host learns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <filesystem>

#include "kernel/netlink/addresses.h"
#include "kernel/netlink/routes.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/sockets/traffic.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::IsEmpty;

const json default_routes = json::array({{{"dst", "0.0.0.0/0"}}, {{"dst", "::/0"}}});

class Neighbours : public Node {
 protected:
  // A network with default routes: number 22 has 10.22.0.0/24 and fd00:22::/64.
  json network(std::uint32_t queue, const std::string& number) const {
    return leasing({queue},
                   {{"ipam", runtime.host_local({"10." + number + ".0.0/24", "fd00:" + number + "::/64"},
                                                default_routes)}});
  }

  // The pod's interface that packets to this address leave through.
  static std::string way_to(Pod& pod, const std::string& address) {
    const auto route = kernel::Routes(pod.netns().route()).getroute(*kernel::IpAddress::parse(address));
    if (!route) return "none";
    return kernel::Links(pod.netns().route()).getlink(route->oif)->ifname.value_or("?");
  }
};

TEST_F(Neighbours, ASecondNetworkMayHaveADefaultRouteTooAsWithPtp) {
  const auto before = snapshot();
  const auto first = network(7, "22"), second = network(6, "23");
  const auto first_result = attached(first);
  const auto answer = runtime.add(pod.attachment("net1"), second);
  ASSERT_TRUE(succeeded(answer));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "10.22.0.2"));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "10.23.0.2"));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "fd00:23::2"));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), first, first_result)));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment("net1"), second, answer.object)));

  Pod of_ptp;
  for (const auto* const ifname : {"eth0", "net1"}) {
    const std::string subnet = ifname == std::string("eth0") ? "10.32.0.0/24" : "10.33.0.0/24";
    const json conf{{"cniVersion", "1.1.0"},
                    {"name", std::string("ptp-") + ifname},
                    {"type", "ptp"},
                    {"ipam", runtime.host_local({subnet}, json::array({{{"dst", "0.0.0.0/0"}}}))}};
    ASSERT_TRUE(succeeded(runtime.call_reference("ptp", "ADD", of_ptp.attachment(ifname), conf)));
  }
  EXPECT_EQ(way_to(pod, "192.0.2.1"), way_to(of_ptp, "192.0.2.1"));

  EXPECT_TRUE(succeeded(runtime.del(pod.attachment("net1"), second)));
  EXPECT_EQ(way_to(pod, "192.0.2.1"), "eth0");
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), first, first_result)));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), first)));
  for (const auto* const ifname : {"eth0", "net1"}) {
    kernel::Links(of_ptp.netns().route()).dellink(of_ptp.link(ifname)->ifindex());
  }
  std::filesystem::remove_all(runtime.ipam_directory());
  EXPECT_EQ(snapshot(), before);
}

// Both interfaces have routes to the same gateway and the same subnet.
TEST_F(Neighbours, OneNetworkMayBeAttachedTwiceToAPod) {
  const auto before = snapshot();
  const auto first = network(7, "22");
  auto second = first;
  second["devices"] = json::array({nic.device_id(6)});
  const auto first_result = attached(first);
  const auto answer = runtime.add(pod.attachment("net1"), second);
  ASSERT_TRUE(succeeded(answer));
  for (const auto* const address : {"10.22.0.2", "10.22.0.3", "fd00:22::2", "fd00:22::3"}) {
    EXPECT_TRUE(udp_echo(host(), pod.netns(), address)) << address;
  }
  EXPECT_EQ(way_to(pod, "10.22.0.1"), "eth0") << "the first attachment's routes stay in front";
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), first, first_result)));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment("net1"), second, answer.object)));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), first)));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment("net1"), second, answer.object)));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "10.22.0.3"));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment("net1"), second)));
  EXPECT_EQ(snapshot(), before);
}

// A router at the other end of a veth of the host's.
class AdvertisedRoute : public Neighbours {
 protected:
  AdvertisedRoute() {
    host().set_sysctl(forwarding, "0");
    kernel::Link peer;
    peer.ifname = "router0";
    peer.net_ns_fd = router.netns().fd();
    const auto encoded = encode(peer);
    kernel::Link uplink;
    uplink.ifname = "uplink0";
    constexpr std::uint16_t veth_info_peer = 1;
    kernel::Bytes data;
    kernel::wire::put(data, veth_info_peer, encoded);
    uplink.linkinfo = kernel::LinkInfo{"veth", data};
    uplink.set_up();
    ifindex = kernel::Links(host().route()).newlink(uplink).ifindex();
    set_link(router.netns(), router.link("router0")->ifindex(), true);
  }
  ~AdvertisedRoute() override { kernel::Links(host().route()).dellink(ifindex); }

  // RFC 4861, section 4.2. The kernel fills in the checksum.
  void advertise() {
    const kernel::NetNs netns = kernel::NetNs::open(router.path()).value();
    const kernel::InsideNetNs inside(netns);
    const kernel::Fd socket(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6));
    const int hops = 255;
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops));
    nd_router_advert advert{};
    advert.nd_ra_type = ND_ROUTER_ADVERT;
    advert.nd_ra_router_lifetime = htons(1800);
    sockaddr_in6 all_nodes{};
    all_nodes.sin6_family = AF_INET6;
    all_nodes.sin6_addr = {{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
    all_nodes.sin6_scope_id = router.link("router0")->ifindex();
    sendto(socket.get(), &advert, sizeof(advert), 0, reinterpret_cast<const sockaddr*>(&all_nodes),
           sizeof(all_nodes));
  }

  bool has_learnt() const {
    return kernel::Routes(host().route()).links_of_advertised_routes().contains(ifindex);
  }

  static constexpr auto forwarding = "net/ipv6/conf/all/forwarding";
  Pod router;
  std::uint32_t ifindex = 0;
};

TEST_F(AdvertisedRoute, StaysWhenAnAddSwitchesForwardingOn) {
  ASSERT_TRUE(eventually([&] {
    advertise();
    return has_learnt();
  }));
  attached(network(7, "22"));
  EXPECT_EQ(host().sysctl(forwarding), "1");
  EXPECT_TRUE(has_learnt());
  EXPECT_EQ(host().sysctl("net/ipv6/conf/uplink0/accept_ra"), "2");
  // And it is learnt again.
  const auto route = kernel::Routes(host().route()).getroute(*kernel::IpAddress::parse("2001:db8::1"));
  ASSERT_TRUE(route);
  EXPECT_EQ(route->oif, ifindex);
  ASSERT_TRUE(kernel::Routes(host().route()).delroute(*kernel::IpPrefix::parse("::/0"), ifindex));
  EXPECT_TRUE(eventually([&] {
    advertise();
    return has_learnt();
  }));
}

// A pod gets a new sandbox before the old one's DEL.
class NewSandbox : public Node {
 protected:
  static Attachment of_pod(const Pod& sandbox) {
    auto attachment = sandbox.attachment();
    attachment.args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=4f1e";
    return attachment;
  }

  json with_static_address(std::uint32_t queue) const {
    return leasing({queue}, {{"ipam",
                              {{"type", "static"},
                               {"addresses",
                                {{{"address", "10.22.0.50/24"}, {"gateway", "10.22.0.1"}},
                                 {{"address", "fd00:22::50/64"}, {"gateway", "fd00:22::1"}}}}}}});
  }

  Pod next;
};

TEST_F(NewSandbox, GetsQueueAndAddressOfOneWhoseNamespaceIsGone) {
  const auto conf = with_static_address(7);
  ASSERT_TRUE(succeeded(runtime.add(of_pod(pod), conf)));
  const auto old = of_pod(pod);
  pod.remove();
  const auto answer = runtime.add(of_pod(next), conf);
  ASSERT_TRUE(succeeded(answer));
  EXPECT_TRUE(succeeded(runtime.del(old, conf)));
  EXPECT_TRUE(succeeded(runtime.check(of_pod(next), conf, answer.object)));
  EXPECT_TRUE(udp_echo(host(), next.netns(), "10.22.0.50"));
  EXPECT_TRUE(succeeded(runtime.del(of_pod(next), conf)));
  EXPECT_THAT(runtime.files(), IsEmpty());
}

TEST_F(NewSandbox, GetsTheAddressOfOneThatIsStillThere) {
  ASSERT_TRUE(succeeded(runtime.add(of_pod(pod), with_static_address(7))));
  const auto answer = runtime.add(of_pod(next), with_static_address(6));
  ASSERT_TRUE(succeeded(answer));
  EXPECT_TRUE(udp_echo(host(), next.netns(), "10.22.0.50"));
  EXPECT_TRUE(succeeded(runtime.del(of_pod(pod), with_static_address(7))));
  EXPECT_TRUE(succeeded(runtime.check(of_pod(next), with_static_address(6), answer.object)));
  EXPECT_TRUE(udp_echo(host(), next.netns(), "10.22.0.50"));
  EXPECT_TRUE(udp_echo(host(), next.netns(), "fd00:22::50"));
}

TEST_F(NewSandbox, OfAnotherPodGetsNoAddressThatIsTaken) {
  ASSERT_TRUE(succeeded(runtime.add(of_pod(pod), with_static_address(7))));
  const auto before = snapshot({&next});
  const auto link = runtime.records().front().host_interface;
  EXPECT_TRUE(failed(runtime.add(next.attachment(), with_static_address(6)), 11,
                     {"routes", "10.22.0.50/32 leads to " + link}, {"another address"}));
  EXPECT_EQ(snapshot({&next}), before);
}

}  // namespace
}  // namespace rxlease::tests
