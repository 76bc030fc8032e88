// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/flow_spec.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace rxlease::kernel {

namespace {

using Spec = ethtool_rx_flow_spec;

constexpr std::uint32_t flags = FLOW_RSS | FLOW_EXT | FLOW_MAC_EXT;
// The mask leaves out a tag's priority bits: some drivers accept only this mask for an id (mlx5), others any.
constexpr std::uint16_t vlan_id_mask = 0x0fff;

std::uint32_t flow_type(const FlowMatch& match) {
  if (!match.dst) return ETHER_FLOW;
  const bool is_v4 = match.dst->address.is_v4();
  if (!match.protocol) return is_v4 ? IPV4_USER_FLOW : IPV6_USER_FLOW;
  if (is_v4) return match.protocol == Protocol::tcp ? TCP_V4_FLOW : UDP_V4_FLOW;
  return match.protocol == Protocol::tcp ? TCP_V6_FLOW : UDP_V6_FLOW;
}

void put(void* to, const std::vector<std::uint8_t>& bytes) {
  std::memcpy(to, bytes.data(), bytes.size());
}

std::vector<std::uint8_t> mask_of(const IpPrefix& prefix) {
  const std::vector<std::uint8_t> ones(prefix.address.bits() / 8, 0xff);
  return IpPrefix{*IpAddress::from_bytes(ones), prefix.length}.network().address.bytes();
}

template <typename Field>
void put_prefix(Field& value, Field& mask, const IpPrefix& prefix) {
  put(&value, prefix.network().address.bytes());
  put(&mask, mask_of(prefix));
}

void put_mac(unsigned char* value, unsigned char* mask, const MacAddress& mac) {
  put(value, mac.bytes());
  std::memset(mask, 0xff, ETH_ALEN);
}

// Value and mask are of one layout.
template <typename Ip>
void put_ports(Ip& value, Ip& mask, const FlowMatch& match) {
  value.pdst = htons(match.dst_port.first);
  mask.pdst = htons(match.dst_port.mask);
  value.psrc = htons(match.src_port.value);
  mask.psrc = htons(match.src_port.mask);
}

// All IPv4 layouts begin like TCP's, and so do all IPv6 layouts; the ports follow.
void put_ip(Spec& spec, const FlowMatch& match) {
  const auto src = match.src.value_or(IpPrefix{match.dst->address, 0}).network();
  if (match.dst->address.is_v4()) {
    auto& value = spec.h_u.tcp_ip4_spec;
    auto& mask = spec.m_u.tcp_ip4_spec;
    put_prefix(value.ip4dst, mask.ip4dst, *match.dst);
    put_prefix(value.ip4src, mask.ip4src, src);
    if (!match.protocol) spec.h_u.usr_ip4_spec.ip_ver = ETH_RX_NFC_IP4;
    put_ports(value, mask, match);
  } else {
    auto& value = spec.h_u.tcp_ip6_spec;
    auto& mask = spec.m_u.tcp_ip6_spec;
    put_prefix(value.ip6dst, mask.ip6dst, *match.dst);
    put_prefix(value.ip6src, mask.ip6src, src);
    put_ports(value, mask, match);
  }
}

template <typename Field>
IpAddress address_in(const Field& field) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&field);
  return *IpAddress::from_bytes({bytes, bytes + sizeof(field)});
}

// The number of leading ones. is_same_match() detects a mask with ones behind zeros.
template <typename Field>
IpPrefix prefix_in(const Field& value, const Field& mask) {
  std::uint8_t length = 0;
  for (const auto byte : address_in(mask).bytes()) {
    length += static_cast<std::uint8_t>(__builtin_popcount(byte));
  }
  return IpPrefix{address_in(value), length}.network();
}

std::optional<MacAddress> mac_in(const unsigned char* value, const unsigned char* mask) {
  if (std::all_of(mask, mask + ETH_ALEN, [](auto byte) { return byte == 0; })) return std::nullopt;
  return MacAddress::from_bytes({value, value + ETH_ALEN});
}

// Value and mask have the same members. Those of the two families differ in the addresses' names only.
template <typename Ip, typename Field>
void read_ip(FlowMatch& match, const Ip& value, const Ip& mask, Field Ip::*dst, Field Ip::*src) {
  match.dst = prefix_in(value.*dst, mask.*dst);
  const auto from = prefix_in(value.*src, mask.*src);
  if (from.length != 0) match.src = from;
  if (!match.protocol) return;
  match.dst_port = {ntohs(value.pdst & mask.pdst), ntohs(mask.pdst)};
  match.src_port = {ntohs(value.psrc & mask.psrc), ntohs(mask.psrc)};
}

std::optional<Protocol> protocol_of(std::uint32_t type) {
  if (type == TCP_V4_FLOW || type == TCP_V6_FLOW) return Protocol::tcp;
  if (type == UDP_V4_FLOW || type == UDP_V6_FLOW) return Protocol::udp;
  return std::nullopt;
}

// False for a type that is not ours.
bool read_layers(FlowMatch& match, const Spec& spec) {
  const auto type = spec.flow_type & ~flags;
  match.protocol = protocol_of(type);
  switch (type) {
    case TCP_V4_FLOW:
    case UDP_V4_FLOW:
    case IPV4_USER_FLOW:
      read_ip(match, spec.h_u.tcp_ip4_spec, spec.m_u.tcp_ip4_spec, &ethtool_tcpip4_spec::ip4dst,
              &ethtool_tcpip4_spec::ip4src);
      return true;
    case TCP_V6_FLOW:
    case UDP_V6_FLOW:
    case IPV6_USER_FLOW:
      read_ip(match, spec.h_u.tcp_ip6_spec, spec.m_u.tcp_ip6_spec, &ethtool_tcpip6_spec::ip6dst,
              &ethtool_tcpip6_spec::ip6src);
      return true;
    case ETHER_FLOW:
      match.dst_mac = mac_in(spec.h_u.ether_spec.h_dest, spec.m_u.ether_spec.h_dest);
      return true;
    default:
      return false;
  }
}

template <typename Part>
bool is_same(const Part& value_a, const Part& mask_a, const Part& value_b, const Part& mask_b) {
  std::array<std::array<std::uint8_t, sizeof(Part)>, 4> bytes{};
  std::memcpy(bytes[0].data(), &value_a, sizeof(Part));
  std::memcpy(bytes[1].data(), &mask_a, sizeof(Part));
  std::memcpy(bytes[2].data(), &value_b, sizeof(Part));
  std::memcpy(bytes[3].data(), &mask_b, sizeof(Part));
  for (std::size_t i = 0; i < sizeof(Part); ++i) {
    const auto mask = bytes[1][i];
    if (mask != bytes[3][i] || ((bytes[0][i] ^ bytes[2][i]) & mask) != 0) return false;
  }
  return true;
}

// Bits outside of the mask may have any value: drivers differ in what they keep of them. The extension counts
// only if the type has its flag.
bool is_same_match(const Spec& a, const Spec& b) {
  if (a.flow_type != b.flow_type || !is_same(a.h_u, a.m_u, b.h_u, b.m_u)) return false;
  const auto extended = [](Spec spec) {
    if ((spec.flow_type & FLOW_EXT) == 0) spec.m_ext.vlan_etype = spec.m_ext.vlan_tci = 0;
    if ((spec.flow_type & FLOW_EXT) == 0) spec.m_ext.data[0] = spec.m_ext.data[1] = 0;
    if ((spec.flow_type & FLOW_MAC_EXT) == 0) std::memset(spec.m_ext.h_dest, 0, ETH_ALEN);
    std::memset(spec.m_ext.padding, 0, sizeof(spec.m_ext.padding));
    return spec.m_ext;
  };
  return is_same(a.h_ext, extended(a), b.h_ext, extended(b));
}

}  // namespace

Spec spec_of(const FlowRule& rule) {
  const auto& match = rule.match;
  Spec spec{};
  spec.flow_type = flow_type(match);
  if (rule.target.rss_context) spec.flow_type |= FLOW_RSS;
  spec.ring_cookie = rule.target.queue;
  if (match.dst) put_ip(spec, match);
  if (match.dst_mac && !match.dst) {
    put_mac(spec.h_u.ether_spec.h_dest, spec.m_u.ether_spec.h_dest, *match.dst_mac);
  } else if (match.dst_mac) {
    spec.flow_type |= FLOW_MAC_EXT;
    put_mac(spec.h_ext.h_dest, spec.m_ext.h_dest, *match.dst_mac);
  }
  if (match.vlan) {
    spec.flow_type |= FLOW_EXT;
    spec.h_ext.vlan_tci = htons(*match.vlan);
    spec.m_ext.vlan_tci = htons(vlan_id_mask);
  }
  return spec;
}

std::optional<FlowRule> rule_of(const Spec& spec, std::uint32_t rss_context) {
  FlowRule rule;
  if (!read_layers(rule.match, spec)) return std::nullopt;
  if ((spec.flow_type & FLOW_MAC_EXT) != 0) rule.match.dst_mac = mac_in(spec.h_ext.h_dest, spec.m_ext.h_dest);
  if ((spec.flow_type & FLOW_EXT) != 0) {
    rule.match.vlan = static_cast<std::uint16_t>(ntohs(spec.h_ext.vlan_tci) & vlan_id_mask);
  }
  if ((spec.flow_type & FLOW_RSS) != 0) rule.target.rss_context = rss_context;
  if (spec.ring_cookie > ETHTOOL_RX_FLOW_SPEC_RING) return std::nullopt;  // another function, or a drop
  rule.target.queue = static_cast<std::uint32_t>(spec.ring_cookie);
  return is_same_match(spec, spec_of(rule)) ? std::optional(rule) : std::nullopt;
}

}  // namespace rxlease::kernel
