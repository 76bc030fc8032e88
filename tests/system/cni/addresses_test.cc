// SPDX-License-Identifier: Apache-2.0
//
// What IPAM plugins say, as it stands in the kernel afterwards: as users of the reference plugin ptp know it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "kernel/netlink/addresses.h"
#include "kernel/netlink/routes.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"
#include "tests/system/fixture/sockets/traffic.h"

namespace rxlease::tests {
namespace {

using kernel::IpPrefix;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

class Addressing : public Node {
 protected:
  json with_ipam(const json& ipam) const { return leasing({7}, {{"ipam", ipam}}); }
  json answering(const json& result) const {
    return with_ipam({{"type", ScriptedIpam::answering(runtime, result.dump()).name()}});
  }

  static std::vector<std::string> addresses(kernel::Namespace& netns, std::uint32_t ifindex) {
    std::vector<std::string> texts;
    for (const auto& address : kernel::Addresses(netns.route()).getaddr_dump(ifindex)) {
      if (address.to_string().starts_with("fe80:")) continue;  // the kernel's own
      texts.push_back(address.to_string());
    }
    return texts;
  }

  // "DST", "DST via GATEWAY", "DST from SOURCE"
  static std::vector<std::string> routes(kernel::Namespace& netns, std::uint32_t ifindex,
                                         std::uint8_t family) {
    std::vector<std::string> texts;
    for (const auto& route : kernel::Routes(netns.route()).getroute_dump(family, ifindex)) {
      if (route.dst.to_string().starts_with("fe80:")) continue;
      texts.push_back(route.dst.to_string() + (route.gateway ? " via " + route.gateway->to_string() : "") +
                      (route.prefsrc ? " from " + route.prefsrc->to_string() : ""));
    }
    return texts;
  }

  std::uint32_t pod_end() { return pod.link()->ifindex(); }
};

TEST_F(Addressing, FollowsPtpForIPv4) {
  const auto result = attached(with_ipam(runtime.host_local({"10.22.0.0/24"})));
  const auto host_end = host_link(result)->ifindex();
  EXPECT_THAT(addresses(pod.netns(), pod_end()), UnorderedElementsAre("10.22.0.2/24"));
  EXPECT_THAT(addresses(host(), host_end), UnorderedElementsAre("10.22.0.1/32"));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET),
              UnorderedElementsAre("10.22.0.1/32", "10.22.0.0/24 via 10.22.0.1 from 10.22.0.2"));
  EXPECT_THAT(routes(host(), host_end, AF_INET), UnorderedElementsAre("10.22.0.2/32"));
}

TEST_F(Addressing, FollowsPtpForIPv6) {
  const auto result = attached(with_ipam(runtime.host_local({"fd00:22::/64"})));
  const auto host_end = host_link(result)->ifindex();
  EXPECT_THAT(addresses(pod.netns(), pod_end()), UnorderedElementsAre("fd00:22::2/64"));
  EXPECT_THAT(addresses(host(), host_end), UnorderedElementsAre("fd00:22::1/128"));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET6),
              IsSupersetOf({"fd00:22::1/128", "fd00:22::/64 via fd00:22::1 from fd00:22::2"}));
  EXPECT_THAT(routes(host(), host_end, AF_INET6), Contains("fd00:22::2/128"));
}

TEST_F(Addressing, AnswersWithTheAddressesOfBothFamilies) {
  const auto result = attached(
      with_ipam(runtime.host_local({"10.22.0.0/24", "fd00:22::/64"}, json::array({{{"dst", "0.0.0.0/0"}}}))));
  EXPECT_EQ(result["ips"],
            json::array({{{"address", "10.22.0.2/24"}, {"gateway", "10.22.0.1"}, {"interface", 1}},
                         {{"address", "fd00:22::2/64"}, {"gateway", "fd00:22::1"}, {"interface", 1}}}));
  EXPECT_EQ(result["routes"], json::array({{{"dst", "0.0.0.0/0"}}}));
}

TEST_F(Addressing, SendsRoutesWithoutAGatewayThroughTheFirstOfTheirFamily) {
  attached(with_ipam(runtime.host_local({"10.22.0.0/24", "fd00:22::/64"},
                                        json::array({{{"dst", "0.0.0.0/0"}}, {{"dst", "2001:db8::/32"}}}))));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET), Contains("0.0.0.0/0 via 10.22.0.1"));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET6), Contains("2001:db8::/32 via fd00:22::1"));
}

TEST_F(Addressing, SendsRoutesThroughTheirOwnGateway) {
  attached(with_ipam(runtime.host_local(
      {"10.22.0.0/24"},
      json::array({{{"dst", "192.0.2.0/24"}, {"gw", "10.22.0.9"}}, {{"dst", "0.0.0.0/0"}}}))));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET),
              IsSupersetOf({"192.0.2.0/24 via 10.22.0.9", "0.0.0.0/0 via 10.22.0.1"}));
}

TEST_F(Addressing, ReachesTheWholeSubnetThroughTheLinkWithoutAGateway) {
  attached(with_ipam({{"type", "static"}, {"addresses", json::array({{{"address", "10.22.0.7/24"}}})}}));
  EXPECT_THAT(addresses(pod.netns(), pod_end()), UnorderedElementsAre("10.22.0.7/24"));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET), UnorderedElementsAre("10.22.0.0/24 from 10.22.0.7"));
}

TEST_F(Addressing, SendsADefaultRouteOntoTheLinkWithoutAGateway) {
  attached(with_ipam({{"type", "static"},
                      {"addresses", json::array({{{"address", "10.22.0.7/32"}}})},
                      {"routes", json::array({{{"dst", "0.0.0.0/0"}}})}}));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET), UnorderedElementsAre("0.0.0.0/0"));
}

TEST_F(Addressing, GivesThePodTheAddressesThatItAskedFor) {
  auto conf = with_ipam({{"type", "static"}});
  conf["capabilities"] = {{"ips", true}};
  conf["runtimeConfig"] = {{"ips", {"10.22.0.42/24", "fd00:22::42/64"}}};
  attached(conf);
  EXPECT_THAT(addresses(pod.netns(), pod_end()), UnorderedElementsAre("10.22.0.42/24", "fd00:22::42/64"));
}

TEST_F(Addressing, TakesSeveralAddressesOfOneSubnet) {
  attached(answering({{"cniVersion", "1.1.0"},
                      {"ips",
                       {{{"address", "10.22.0.5/24"}, {"gateway", "10.22.0.1"}},
                        {{"address", "10.22.0.6/24"}, {"gateway", "10.22.0.1"}}}}}));
  EXPECT_THAT(addresses(pod.netns(), pod_end()), UnorderedElementsAre("10.22.0.5/24", "10.22.0.6/24"));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "10.22.0.6"));
}

TEST_F(Addressing, TakesAddressesOfTwoSubnetsOfOneFamily) {
  attached(with_ipam(runtime.host_local({"10.22.0.0/24", "10.23.0.0/24"})));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "10.22.0.2"));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "10.23.0.2"));
  EXPECT_TRUE(udp_echo(pod.netns(), host(), "10.23.0.1"));
}

// Single addresses behind a gateway that is nobody's neighbour: as Calico and many clouds do it.
TEST_F(Addressing, TakesGatewaysOutsideOfTheSubnet) {
  const auto conf = answering({{"cniVersion", "1.1.0"},
                               {"ips",
                                {{{"address", "10.22.0.5/32"}, {"gateway", "169.254.1.1"}},
                                 {{"address", "fd00:22::5/128"}, {"gateway", "fe80::1"}}}},
                               {"routes", {{{"dst", "0.0.0.0/0"}}, {{"dst", "::/0"}}}}});
  const auto result = attached(conf);
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET),
              UnorderedElementsAre("169.254.1.1/32", "0.0.0.0/0 via 169.254.1.1"));
  EXPECT_THAT(routes(pod.netns(), pod_end(), AF_INET6), Contains("::/0 via fe80::1"));
  EXPECT_TRUE(tcp_echo(host(), pod.netns(), "10.22.0.5"));
  EXPECT_TRUE(tcp_echo(host(), pod.netns(), "fd00:22::5"));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), conf, result)));
}

// Else a host without another address would send from one that the pod takes for its own.
TEST_F(Addressing, LeavesTheLinkLocalAddressToThePodsEnd) {
  const auto result = attached(with_ipam(runtime.host_local({"fd00:22::/64"})));
  const auto of_host = kernel::Addresses(host().route()).getaddr_dump(host_link(result)->ifindex());
  const auto of_pod = kernel::Addresses(pod.netns().route()).getaddr_dump(pod_end());
  const auto generated = *kernel::IpPrefix::parse("fe80::200:ff:fe00:0/64");
  EXPECT_THAT(of_host, ElementsAre(*kernel::IpPrefix::parse("fd00:22::1/128")));
  EXPECT_THAT(of_pod, Contains(generated));
}

TEST_F(Addressing, KeepsWhatVersion110SaysOfRoutes) {
  const json route{
      {"dst", "192.0.2.0/24"}, {"mtu", 1400}, {"advmss", 1340}, {"priority", 77}, {"table", 100}};
  const auto result = attached(answering({{"cniVersion", "1.1.0"},
                                          {"ips", {{{"address", "10.22.0.5/24"}, {"gateway", "10.22.0.1"}}}},
                                          {"routes", json::array({route})}}));
  std::optional<kernel::Route> there;
  for (const auto& listed : kernel::Routes(pod.netns().route()).getroute_dump(AF_INET, pod_end())) {
    if (listed.table == 100) there = listed;
  }
  ASSERT_TRUE(there);
  EXPECT_EQ(there->dst.to_string(), "192.0.2.0/24");
  EXPECT_EQ(there->mtu, 1400U);
  EXPECT_EQ(there->advmss, 1340U);
  EXPECT_EQ(there->priority, 77U);
  EXPECT_EQ(result["routes"], json::array({route}));
}

// A Kubernetes node without IPv6 switches it off in every namespace it makes.
TEST_F(Addressing, SwitchesIPv6OnWhereThePodHasItOff) {
  pod.netns().set_sysctl("net/ipv6/conf/all/disable_ipv6", "1");
  pod.netns().set_sysctl("net/ipv6/conf/default/disable_ipv6", "1");
  attached(with_ipam(runtime.host_local({"fd00:22::/64"})));
  EXPECT_TRUE(udp_echo(host(), pod.netns(), "fd00:22::2"));
}

TEST_F(Addressing, TakesInterfaceNamesWithDots) {
  attached(with_ipam(runtime.host_local({"10.22.0.0/24", "fd00:22::/64"})), "net.100");
  EXPECT_THAT(addresses(pod.netns(), pod.link("net.100")->ifindex()),
              UnorderedElementsAre("10.22.0.2/24", "fd00:22::2/64"));
}

TEST_F(Addressing, HandsOnTheConfigurationsBytes) {
  const auto ipam =
      ScriptedIpam::answering(runtime, R"({"cniVersion":"1.1.0","ips":[{"address":"10.22.0.2/24"}]})");
  const auto conf = with_ipam({{"type", ipam.name()}, {"unknown", {1, 2, 3}}});
  attached(conf);
  EXPECT_EQ(ipam.last_input(), conf.dump());
}

TEST_F(Addressing, TakesTheDnsOfTheIpamPluginUnlessTheConfigurationHasOne) {
  const json of_ipam{{"nameservers", {"10.22.0.53"}}, {"domain", "pods.example"}};
  const json of_network{{"nameservers", {"192.0.2.53"}}, {"search", {"example"}}, {"options", {"ndots:5"}}};
  auto conf =
      answering({{"cniVersion", "1.1.0"}, {"ips", {{{"address", "10.22.0.2/24"}}}}, {"dns", of_ipam}});
  EXPECT_EQ(attached(conf)["dns"], of_ipam);
  runtime.del(pod.attachment(), conf);
  conf["dns"] = of_network;
  EXPECT_EQ(attached(conf)["dns"], of_network);
}

}  // namespace
}  // namespace rxlease::tests
