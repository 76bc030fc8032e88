// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/ethtool/flow_rule.h"
#include "kernel/netlink/netns.h"

namespace rxlease::kernel {

// The flow rules (ntuple filters) of a NIC. They have no netlink form: this is SIOCETHTOOL with
// ETHTOOL_GRXCLSR* and ETHTOOL_SRXCLSRL*. ENODEV: the NIC is gone, or has another name.
class FlowRules {
 public:
  // REQUIRES: the namespace, which holds the NIC, outlives the object.
  FlowRules(Namespace& netns, std::string ifname) : netns_(netns), ifname_(std::move(ifname)) {}

  struct Table {
    std::uint32_t size = 0;                // locations are smaller; 0: the driver does not report it
    bool driver_chooses = false;           // the driver can choose a rule's location
    std::vector<std::uint32_t> locations;  // those that are taken
  };
  std::optional<Table> table() const;  // nullopt: the driver has no rules

  // The rules by location, without those that a FlowMatch cannot express. Empty without a table.
  std::map<std::uint32_t, FlowRule> list() const;

  // Inserts a rule at the driver's choice of location, or at the first free one if the driver does not
  // choose. Then it replaces a rule that appears there at the same time, so callers must hold a lock. Returns
  // the location. ENOSPC: the table is full. EINVAL, EOPNOTSUPP: the driver cannot match this, or ntuple
  // filters are off. EEXIST: the driver has a rule for these packets.
  std::uint32_t insert(const FlowRule& rule) const;

  // False if there is no rule at the location.
  bool remove(std::uint32_t location) const;

 private:
  std::optional<FlowRule> at(std::uint32_t location) const;
  std::uint32_t place_for_one_more() const;

  Namespace& netns_;
  std::string ifname_;
};

}  // namespace rxlease::kernel
