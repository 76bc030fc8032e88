// SPDX-License-Identifier: Apache-2.0
#include "kernel/flow_rules.h"

#include <arpa/inet.h>
#include <linux/ethtool.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kernel/error.h"

namespace rxlease::kernel {

namespace {

using Spec = ethtool_rx_flow_spec;

std::uint32_t flow_type(const FlowMatch& match) {
  if (match.dst.is_v4()) return match.protocol == Protocol::tcp ? TCP_V4_FLOW : UDP_V4_FLOW;
  return match.protocol == Protocol::tcp ? TCP_V6_FLOW : UDP_V6_FLOW;
}

std::vector<std::uint8_t> mask_of(std::uint8_t length, std::uint8_t bits) {
  const std::vector<std::uint8_t> ones(bits / 8, 0xff);
  return IpPrefix{*IpAddress::from_bytes(ones), length}.network().address.bytes();
}

void put(void* to, const std::vector<std::uint8_t>& bytes) {
  std::memcpy(to, bytes.data(), bytes.size());
}

// The members have the same names in the value and in the mask, and for both families.
template <typename Ports>
void put_ports(Ports& value, Ports& mask, const PortBlock& ports) {
  value.pdst = htons(ports.first);
  mask.pdst = htons(ports.mask);
}

Spec spec_of(const FlowRule& rule) {
  const auto& match = rule.match;
  Spec spec{};
  spec.flow_type = flow_type(match);
  if (rule.target.rss_context) spec.flow_type |= FLOW_RSS;
  spec.ring_cookie = rule.target.queue;
  const auto all = mask_of(match.dst.bits(), match.dst.bits());
  const auto src = match.src.value_or(IpPrefix{match.dst, 0}).network();
  const auto src_mask = mask_of(src.length, src.address.bits());
  if (match.dst.is_v4()) {
    auto& value = spec.h_u.tcp_ip4_spec;
    auto& mask = spec.m_u.tcp_ip4_spec;
    put(&value.ip4dst, match.dst.bytes());
    put(&mask.ip4dst, all);
    put(&value.ip4src, src.address.bytes());
    put(&mask.ip4src, src_mask);
    put_ports(value, mask, match.dst_port);
  } else {
    auto& value = spec.h_u.tcp_ip6_spec;
    auto& mask = spec.m_u.tcp_ip6_spec;
    put(value.ip6dst, match.dst.bytes());
    put(mask.ip6dst, all);
    put(value.ip6src, src.address.bytes());
    put(mask.ip6src, src_mask);
    put_ports(value, mask, match.dst_port);
  }
  return spec;
}

template <typename Field>
IpAddress address_in(const Field& field) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&field);
  return *IpAddress::from_bytes({bytes, bytes + sizeof(field)});
}

// The length of a mask of ones before zeros; one that is not is told by is_same_match().
std::uint8_t prefix_length(const IpAddress& mask) {
  std::uint8_t length = 0;
  for (const auto byte : mask.bytes()) length += static_cast<std::uint8_t>(__builtin_popcount(byte));
  return length;
}

template <typename Ip, typename Field>
FlowMatch match_of(Protocol protocol, const Ip& value, const Field& dst, const Field& src,
                   const Field& src_mask, const Ip& mask) {
  FlowMatch match;
  match.protocol = protocol;
  match.dst = address_in(dst);
  match.dst_port = {ntohs(value.pdst & mask.pdst), ntohs(mask.pdst)};
  const auto length = prefix_length(address_in(src_mask));
  if (length != 0) match.src = IpPrefix{address_in(src), length}.network();
  return match;
}

// What the mask passes over may have any value: drivers differ in what they keep of it.
bool is_same_match(const Spec& a, const Spec& b) {
  for (std::size_t i = 0; i < sizeof(a.m_u.hdata); ++i) {
    const auto mask = a.m_u.hdata[i];
    if (mask != b.m_u.hdata[i] || ((a.h_u.hdata[i] ^ b.h_u.hdata[i]) & mask) != 0) return false;
  }
  return true;
}

// nullopt for a rule that says more than ours can: then it is not one of ours.
std::optional<FlowRule> rule_of(const Spec& spec, std::uint32_t rss_context) {
  FlowRule rule;
  const auto type = spec.flow_type & ~std::uint32_t{FLOW_RSS};
  const auto protocol = type == TCP_V4_FLOW || type == TCP_V6_FLOW ? Protocol::tcp : Protocol::udp;
  if (type == TCP_V4_FLOW || type == UDP_V4_FLOW) {
    const auto& value = spec.h_u.tcp_ip4_spec;
    const auto& mask = spec.m_u.tcp_ip4_spec;
    rule.match = match_of(protocol, value, value.ip4dst, value.ip4src, mask.ip4src, mask);
  } else if (type == TCP_V6_FLOW || type == UDP_V6_FLOW) {
    const auto& value = spec.h_u.tcp_ip6_spec;
    const auto& mask = spec.m_u.tcp_ip6_spec;
    rule.match = match_of(protocol, value, value.ip6dst, value.ip6src, mask.ip6src, mask);
  } else {
    return std::nullopt;
  }
  if ((spec.flow_type & FLOW_RSS) != 0) rule.target.rss_context = rss_context;
  if (spec.ring_cookie > ETHTOOL_RX_FLOW_SPEC_RING) return std::nullopt;  // another function, or a drop
  rule.target.queue = static_cast<std::uint32_t>(spec.ring_cookie);
  return is_same_match(spec, spec_of(rule)) ? std::optional(rule) : std::nullopt;
}

std::span<std::uint8_t> bytes_of(ethtool_rxnfc& command) {
  return {reinterpret_cast<std::uint8_t*>(&command), sizeof(command)};
}

}  // namespace

bool FlowMatch::conflicts_with(const FlowMatch& other) const {
  return protocol == other.protocol && dst == other.dst && src == other.src &&
         dst_port.first <= other.dst_port.last() && other.dst_port.first <= dst_port.last();
}

std::string FlowMatch::to_string() const {
  std::string text = protocol == Protocol::tcp ? "tcp" : "udp";
  text += (dst.is_v4() ? "4" : "6") + (" dst-ip " + dst.to_string());
  text += " dst-port " + std::to_string(dst_port.first);
  if (!dst_port.is_one_port()) text += "-" + std::to_string(dst_port.last());
  if (src) text += " src-ip " + src->to_string();
  return text;
}

std::string FlowTarget::to_string() const {
  return rss_context ? "RSS context " + std::to_string(*rss_context) : "queue " + std::to_string(queue);
}

// Whether the driver chooses it says to GRXCLSRLCNT only; how large the table is, every driver to GRXCLSRLALL
// only.
std::optional<FlowRules::Table> FlowRules::table() const {
  constexpr int attempts = 10;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    ethtool_rxnfc count{};
    count.cmd = ETHTOOL_GRXCLSRLCNT;
    try {
      netns_.ethtool("ETHTOOL_GRXCLSRLCNT", ifname_, bytes_of(count));
    } catch (const KernelError& error) {
      if (error.error() == EOPNOTSUPP) return std::nullopt;
      throw;
    }
    std::vector<std::uint8_t> answer(sizeof(ethtool_rxnfc) + count.rule_cnt * sizeof(std::uint32_t));
    ethtool_rxnfc all{};
    all.cmd = ETHTOOL_GRXCLSRLALL;
    all.rule_cnt = count.rule_cnt;
    std::memcpy(answer.data(), &all, sizeof(all));
    try {
      netns_.ethtool("ETHTOOL_GRXCLSRLALL", ifname_, answer);
    } catch (const KernelError& error) {
      if (error.error() == EMSGSIZE) continue;  // there are more by now
      throw;
    }
    std::memcpy(&all, answer.data(), sizeof(all));
    Table table;
    table.size = static_cast<std::uint32_t>(all.data) & ~std::uint32_t{RX_CLS_LOC_SPECIAL};
    table.driver_chooses = (count.data & RX_CLS_LOC_SPECIAL) != 0;
    table.locations.resize(std::min(all.rule_cnt, count.rule_cnt));
    if (table.locations.empty()) return table;
    std::memcpy(table.locations.data(), answer.data() + offsetof(ethtool_rxnfc, rule_locs),
                table.locations.size() * sizeof(std::uint32_t));
    return table;
  }
  throw KernelError("ETHTOOL_GRXCLSRLALL " + ifname_, EAGAIN, "there are more rules each time");
}

std::map<std::uint32_t, FlowRule> FlowRules::list() const {
  std::map<std::uint32_t, FlowRule> rules;
  const auto listed = table();
  if (!listed) return rules;
  for (const auto location : listed->locations) {
    if (const auto rule = at(location)) rules.emplace(location, *rule);
  }
  return rules;
}

// Drivers say ENOENT or EINVAL of a location that has become free since it was listed.
std::optional<FlowRule> FlowRules::at(std::uint32_t location) const {
  ethtool_rxnfc command{};
  command.cmd = ETHTOOL_GRXCLSRULE;
  command.fs.location = location;
  try {
    netns_.ethtool("ETHTOOL_GRXCLSRULE", ifname_, bytes_of(command));
  } catch (const KernelError& error) {
    if (error.error() == ENOENT || error.error() == EINVAL) return std::nullopt;
    throw;
  }
  return rule_of(command.fs, command.rss_context);
}

std::uint32_t FlowRules::place_for_one_more() const {
  const auto present = table();
  if (!present) throw KernelError("ETHTOOL_GRXCLSRLCNT " + ifname_, EOPNOTSUPP);
  if (present->driver_chooses) return RX_CLS_LOC_ANY;
  for (std::uint32_t location = 0; location < present->size; ++location) {
    if (std::find(present->locations.begin(), present->locations.end(), location) == present->locations.end())
      return location;
  }
  throw KernelError("ETHTOOL_SRXCLSRLINS " + ifname_, ENOSPC,
                    "all " + std::to_string(present->size) + " locations are taken");
}

std::uint32_t FlowRules::insert(const FlowRule& rule) const {
  ethtool_rxnfc command{};
  command.cmd = ETHTOOL_SRXCLSRLINS;
  command.fs = spec_of(rule);
  command.fs.location = place_for_one_more();
  command.rss_context = rule.target.rss_context.value_or(0);
  netns_.ethtool("ETHTOOL_SRXCLSRLINS", ifname_, bytes_of(command));
  return command.fs.location;
}

bool FlowRules::remove(std::uint32_t location) const {
  ethtool_rxnfc command{};
  command.cmd = ETHTOOL_SRXCLSRLDEL;
  command.fs.location = location;
  try {
    netns_.ethtool("ETHTOOL_SRXCLSRLDEL", ifname_, bytes_of(command));
  } catch (const KernelError& error) {
    if (error.error() == ENOENT) return false;
    throw;
  }
  return true;
}

}  // namespace rxlease::kernel
