// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/flow_rule.h"

namespace rxlease::kernel {

namespace {

// "tcp4", "ip6", "ether"
std::string type_of(const FlowMatch& match) {
  if (!match.dst) return "ether";
  std::string layer = "ip";
  if (match.protocol) layer = match.protocol == Protocol::tcp ? "tcp" : "udp";
  return layer + (match.dst->address.is_v4() ? "4" : "6");
}

}  // namespace

bool FlowMatch::conflicts_with(const FlowMatch& other) const {
  auto same_but_ports = other;
  same_but_ports.dst_port = dst_port;
  same_but_ports.src_port = src_port;
  return *this == same_but_ports && dst_port.first <= other.dst_port.last() &&
         other.dst_port.first <= dst_port.last();
}

std::string FlowMatch::to_string() const {
  auto text = type_of(*this);
  if (dst && dst->length != 0) text += " dst-ip " + dst->to_short_string();
  if (dst_port != every_port) {
    text += " dst-port " + std::to_string(dst_port.first);
    if (!dst_port.is_one_port()) text += "-" + std::to_string(dst_port.last());
  }
  if (src_port.mask != 0) {  // ethtool's mask tells the bits that are ignored
    const auto ignored = static_cast<std::uint16_t>(~src_port.mask);
    text += " src-port " + std::to_string(src_port.value) + " m " + std::to_string(ignored);
  }
  if (src) text += " src-ip " + src->to_short_string();
  if (dst_mac) text += (dst ? " dst-mac " : " dst ") + dst_mac->to_string();
  if (vlan) text += " vlan " + std::to_string(*vlan);
  return text;
}

std::string FlowTarget::to_string() const {
  return rss_context ? "RSS context " + std::to_string(*rss_context) : "queue " + std::to_string(queue);
}

}  // namespace rxlease::kernel
