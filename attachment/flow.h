// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kernel/flow_rule.h"
#include "kernel/ip.h"

namespace rxlease::cni {

// Ports from `first` to `last`, both included.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  // Reads "5201" or "6000-6003". nullopt when `text` is neither, has a port 0, or ends before it begins.
  static std::optional<PortRange> parse(std::string_view text);

  // The fewest blocks that make it up.
  std::vector<kernel::PortBlock> blocks() const;
};

// A kind of traffic that is steered to the pod's queues: what arrives for any of the pod's addresses, or for
// another destination where one is named, and fits in all else that is said.
struct Flow {
  std::optional<kernel::Protocol> protocol;    // always there without a named destination
  std::optional<PortRange> dst_port;           // so is this; only with a protocol
  std::optional<kernel::IpPrefix> src_prefix;  // without host bits, as dst_prefix
  std::optional<kernel::IpPrefix> dst_prefix;
  std::optional<kernel::MacAddress> dst_mac;
  std::optional<std::uint16_t> vlan;  // its id

  // Whether it is for a destination of its own, and not for the pod's addresses.
  bool names_destination() const { return dst_prefix || dst_mac || vlan; }

  // Whether some packet may be of both, and neither is the narrower one.
  bool overlaps(const Flow& other) const;
};

// Whether a prefix has no bits beyond its length: 10.0.0.0/8, not 10.0.0.5/8.
bool is_network(const kernel::IpPrefix& prefix);

// Reads PROTOCOL/PORTS[@SRCPREFIX], the form that fits into CNI_ARGS: "tcp/5201", "udp/6000-6003@10.0.0.0/8".
// nullopt when `text` is no such thing.
std::optional<Flow> parse_flow(std::string_view text);

}  // namespace rxlease::cni
