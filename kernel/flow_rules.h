// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/ip.h"
#include "kernel/netns.h"

namespace rxlease::kernel {

enum class Protocol : std::uint8_t { tcp = IPPROTO_TCP, udp = IPPROTO_UDP };

// A block of ports that a rule can match: those that agree with `first` in the bits of `mask`.
struct PortBlock {
  std::uint16_t first = 0;
  std::uint16_t mask = 0xffff;  // ones before zeros

  bool is_one_port() const { return mask == 0xffff; }
  std::uint16_t last() const { return static_cast<std::uint16_t>(first | ~mask); }

  bool operator==(const PortBlock&) const = default;
};

// Which packets: those of one protocol to an address and port, from anywhere or from one network.
struct FlowMatch {
  Protocol protocol = Protocol::tcp;
  IpAddress dst;
  PortBlock dst_port;
  std::optional<IpPrefix> src;  // of the same family as dst

  bool operator==(const FlowMatch&) const = default;

  // Whether both are about packets of one kind, with ports in common.
  bool conflicts_with(const FlowMatch& other) const;

  // In ethtool's words: "tcp4 dst-ip 10.22.0.5 dst-port 6000-6003 src-ip 10.0.0.0/8".
  std::string to_string() const;
};

// Where they go: to a receive queue, or to the queues of an RSS context.
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

// The flow rules (ntuple filters) of a NIC. They have no netlink form: this is SIOCETHTOOL with
// ETHTOOL_GRXCLSR* and ETHTOOL_SRXCLSRL*. ENODEV: the NIC is gone, or has another name.
class FlowRules {
 public:
  // REQUIRES: the namespace, which holds the NIC, outlives the object.
  FlowRules(Namespace& netns, std::string ifname) : netns_(netns), ifname_(std::move(ifname)) {}

  struct Table {
    std::uint32_t size = 0;                // locations are below; 0: the driver does not tell
    bool driver_chooses = false;           // a rule's location, if asked to
    std::vector<std::uint32_t> locations;  // that are taken
  };
  std::optional<Table> table() const;  // nullopt: the driver has no rules

  // The rules by location, but for those that match more than a FlowMatch can say. Empty without a table.
  std::map<std::uint32_t, FlowRule> list() const;

  // Puts a rule where the driver likes, or at the first free location of a driver that does not choose. Then
  // a rule that appears there at the same time would be replaced: who inserts has to hold a lock of his own.
  // Returns the location. ENOSPC: the table is full. EINVAL, EOPNOTSUPP: the driver cannot match this, or
  // ntuple filters are off. EEXIST: it has a rule for these packets.
  std::uint32_t insert(const FlowRule& rule) const;

  // False when there is no rule at the location.
  bool remove(std::uint32_t location) const;

 private:
  std::optional<FlowRule> at(std::uint32_t location) const;
  std::uint32_t place_for_one_more() const;

  Namespace& netns_;
  std::string ifname_;
};

}  // namespace rxlease::kernel
