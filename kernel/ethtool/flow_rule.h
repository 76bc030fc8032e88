// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/ip.h"
#include "kernel/mac.h"

namespace rxlease::kernel {

enum class Protocol : std::uint8_t { tcp = IPPROTO_TCP, udp = IPPROTO_UDP };

// A block of ports that a rule can match: those equal to `first` in the bits of `mask`.
struct PortBlock {
  std::uint16_t first = 0;
  std::uint16_t mask = 0xffff;  // ones before zeros; 0: every port, whose `first` is 0

  bool is_one_port() const { return mask == 0xffff; }
  std::uint16_t last() const { return static_cast<std::uint16_t>(first | ~mask); }

  bool operator==(const PortBlock&) const = default;
};

constexpr PortBlock every_port{0, 0};

// The ports that have these values in the bits of `mask`, whichever these are.
struct PortBits {
  std::uint16_t value = 0;
  std::uint16_t mask = 0;  // 0: every port

  bool operator==(const PortBits&) const = default;
};

// Which packets a rule matches: those that fit every member that is set.
struct FlowMatch {
  std::optional<Protocol> protocol;  // only with dst
  std::optional<IpPrefix> dst;       // without host bits; 0.0.0.0/0: all of IPv4. nullopt: not only IP
  PortBlock dst_port = every_port;   // another block only with a protocol
  std::optional<IpPrefix> src;       // of the same family as dst
  PortBits src_port{};               // others than all only with a protocol
  std::optional<MacAddress> dst_mac;
  std::optional<std::uint16_t> vlan;  // its id, whatever the priority

  bool operator==(const FlowMatch&) const = default;

  // Whether both are of one protocol and family, with ports in common. Source ports are left out: a flow goes
  // to one pod.
  bool conflicts_with(const FlowMatch& other) const;

  // In ethtool's words: "tcp4 dst-ip 10.22.0.5 dst-port 6000-6003 src-ip 10.0.0.0/8", "ether dst
  // 02:00:00:00:00:07 vlan 100".
  std::string to_string() const;
};

// Where the packets go: to a receive queue, or to the queues of an RSS context.
struct FlowTarget {
  std::uint32_t queue = 0;
  std::optional<std::uint32_t> rss_context;  // then queue is 0

  bool operator==(const FlowTarget&) const = default;

  std::string to_string() const;  // "queue 7", "RSS context 1"
};

struct FlowRule {
  FlowMatch match;
  FlowTarget target;

  bool operator==(const FlowRule&) const = default;
};

}  // namespace rxlease::kernel
