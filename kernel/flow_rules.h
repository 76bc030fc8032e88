// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/flow_rule.h"
#include "kernel/netns.h"

namespace rxlease::kernel {

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
