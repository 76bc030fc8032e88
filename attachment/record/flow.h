// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kernel/ethtool/flow_rule.h"
#include "kernel/ip.h"

namespace rxlease::attachment {

// Ports from `first` to `last`, both included.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  // Reads "5201" or "6000-6003". nullopt when `text` is neither, names port 0, or ends before it begins.
  static std::optional<PortRange> parse(std::string_view text);

  // The fewest blocks that make it up.
  std::vector<kernel::PortBlock> blocks() const;
};

// A kind of traffic that is steered to the pod's queues: packets to any of the pod's addresses, or to the
// destination that the flow names, which fit all its other members.
struct Flow {
  std::optional<kernel::Protocol> protocol;    // required unless a destination is named
  std::optional<PortRange> dst_port;           // likewise; only with a protocol
  std::optional<kernel::IpPrefix> src_prefix;  // without host bits, as dst_prefix
  std::optional<kernel::IpPrefix> dst_prefix;
  std::optional<kernel::MacAddress> dst_mac;
  std::optional<std::uint16_t> vlan;  // its id

  // Whether it has a destination of its own, and is not for the pod's addresses.
  bool names_destination() const { return dst_prefix || dst_mac || vlan; }

  // Whether a packet can belong to both, and neither is narrower than the other.
  bool overlaps(const Flow& other) const;
};

// At most this many flows are asked for: each takes a flow rule of the NIC.
constexpr std::size_t most_flows = 256;

// Whether a prefix has no bits beyond its length: 10.0.0.0/8, not 10.0.0.5/8.
bool is_network(const kernel::IpPrefix& prefix);

// Reads PROTOCOL/PORTS[@SRCPREFIX], a form without quotes and separators, for variables and command lines:
// "tcp/5201", "udp/6000-6003@10.0.0.0/8". nullopt when `text` has another form.
std::optional<Flow> parse_flow(std::string_view text);

}  // namespace rxlease::attachment
