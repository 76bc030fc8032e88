// SPDX-License-Identifier: Apache-2.0
//
// Rules for other destinations than a host, as the bytes of linux/ethtool.h.
#include "kernel/ethtool/flow_spec.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/flow_match.h"

namespace rxlease::kernel {
namespace {

const auto mac = *MacAddress::parse("02:00:00:00:00:07");
const FlowTarget queue_7{7, std::nullopt};

FlowMatch to_mac_in_vlan() {
  FlowMatch match;
  match.dst_mac = mac;
  match.vlan = 100;
  return match;
}

std::vector<std::uint8_t> octets(const unsigned char* from) {
  return {from, from + ETH_ALEN};
}

TEST(FlowSpec, OfAMacIsAnEtherFlow) {
  FlowMatch match;
  match.dst_mac = mac;
  const auto spec = spec_of({match, queue_7});
  EXPECT_EQ(spec.flow_type, std::uint32_t{ETHER_FLOW});
  EXPECT_EQ(octets(spec.h_u.ether_spec.h_dest), mac.bytes());
  EXPECT_EQ(octets(spec.m_u.ether_spec.h_dest), std::vector<std::uint8_t>(6, 0xff));
  EXPECT_EQ(octets(spec.m_u.ether_spec.h_source), std::vector<std::uint8_t>(6, 0));
  EXPECT_EQ(spec.m_u.ether_spec.h_proto, 0);
}

// The priority may be any: mlx5 takes no other mask.
TEST(FlowSpec, OfAVlanIsExtendedByItsIdAlone) {
  const auto spec = spec_of({to_mac_in_vlan(), queue_7});
  EXPECT_EQ(spec.flow_type, ETHER_FLOW | std::uint32_t{FLOW_EXT});
  EXPECT_EQ(ntohs(spec.h_ext.vlan_tci), 100);
  EXPECT_EQ(ntohs(spec.m_ext.vlan_tci), 0x0fff);
  EXPECT_EQ(spec.m_ext.vlan_etype, 0);
}

TEST(FlowSpec, OfAMacAndAProtocolHasTheMacInItsExtension) {
  auto match = to_mac_in_vlan();
  match.protocol = Protocol::udp;
  match.dst = IpPrefix::parse("10.9.0.0/16");
  const auto spec = spec_of({match, queue_7});
  EXPECT_EQ(spec.flow_type, UDP_V4_FLOW | std::uint32_t{FLOW_EXT} | std::uint32_t{FLOW_MAC_EXT});
  EXPECT_EQ(octets(spec.h_ext.h_dest), mac.bytes());
  EXPECT_EQ(octets(spec.m_ext.h_dest), std::vector<std::uint8_t>(6, 0xff));
  EXPECT_EQ(ntohl(spec.h_u.udp_ip4_spec.ip4dst), 0x0a090000U);
  EXPECT_EQ(ntohl(spec.m_u.udp_ip4_spec.ip4dst), 0xffff0000U);
  EXPECT_EQ(spec.m_u.udp_ip4_spec.pdst, 0) << "any port";
}

TEST(FlowSpec, OfAPrefixWithoutProtocolIsAnIpFlow) {
  FlowMatch match;
  match.dst = IpPrefix::parse("10.9.0.0/16");
  auto spec = spec_of({match, queue_7});
  EXPECT_EQ(spec.flow_type, std::uint32_t{IPV4_USER_FLOW});
  EXPECT_EQ(spec.h_u.usr_ip4_spec.ip_ver, ETH_RX_NFC_IP4);
  EXPECT_EQ(spec.m_u.usr_ip4_spec.l4_4_bytes, 0U);
  EXPECT_EQ(spec.m_u.usr_ip4_spec.proto, 0);
  match.dst = IpPrefix::parse("fd09::/16");
  spec = spec_of({match, queue_7});
  EXPECT_EQ(spec.flow_type, std::uint32_t{IPV6_USER_FLOW});
  EXPECT_EQ(spec.h_u.usr_ip6_spec.ip6dst[0], htonl(0xfd090000));
  EXPECT_EQ(spec.m_u.usr_ip6_spec.ip6dst[0], htonl(0xffff0000));
}

TEST(FlowSpec, IsReadBackAsItWasMade) {
  std::vector<FlowMatch> matches(4);
  matches[0].vlan = 4094;
  matches[1] = to_mac_in_vlan();
  matches[2].dst_mac = mac;
  for (const auto* dst : {"10.9.0.0/16", "0.0.0.0/0", "fd09::/16", "::/0"}) {
    auto match = to_mac_in_vlan();
    match.dst = IpPrefix::parse(dst);
    matches.push_back(match);
    match.protocol = Protocol::udp;
    matches.push_back(match);
    match.dst_port = {4789, 0xffff};
    match.src = IpPrefix::parse(match.dst->address.is_v4() ? "10.0.0.0/8" : "fd00::/8");
    matches.push_back(match);
  }
  for (const auto& match : matches) {
    for (const FlowTarget target : {queue_7, FlowTarget{0, 3}}) {
      const FlowRule rule{match, target};
      EXPECT_EQ(rule_of(spec_of(rule), 3), rule) << match.to_string();
    }
  }
}

TEST(FlowSpec, IsNoneOfOursWhereItSaysMore) {
  const auto plain = spec_of({to_mac_in_vlan(), queue_7});
  ASSERT_TRUE(rule_of(plain, 0));
  for (void (*change)(ethtool_rx_flow_spec&) : {
           +[](ethtool_rx_flow_spec& spec) { spec.m_ext.vlan_tci = 0xffff; },
           +[](ethtool_rx_flow_spec& spec) { spec.m_ext.vlan_etype = 0xffff; },
           +[](ethtool_rx_flow_spec& spec) { spec.m_ext.data[1] = 1; },
           +[](ethtool_rx_flow_spec& spec) { spec.m_u.ether_spec.h_source[0] = 0xff; },
           +[](ethtool_rx_flow_spec& spec) { spec.m_u.ether_spec.h_dest[5] = 0xf0; },
           +[](ethtool_rx_flow_spec& spec) { spec.m_u.ether_spec.h_proto = 0xffff; },
           +[](ethtool_rx_flow_spec& spec) { spec.flow_type |= FLOW_MAC_EXT; },
       }) {
    auto spec = plain;
    change(spec);
    EXPECT_FALSE(rule_of(spec, 0));
  }
}

// What drivers keep in an extension that the type does not have is nobody's business.
TEST(FlowSpec, PassesOverAnExtensionThatTheTypeDoesNotHave) {
  FlowMatch match;
  match.dst_mac = mac;
  auto spec = spec_of({match, queue_7});
  std::memset(&spec.h_ext, 0x55, sizeof(spec.h_ext));
  std::memset(&spec.m_ext, 0xff, sizeof(spec.m_ext));
  EXPECT_EQ(rule_of(spec, 0), (FlowRule{match, queue_7}));
}

}  // namespace
}  // namespace rxlease::kernel
