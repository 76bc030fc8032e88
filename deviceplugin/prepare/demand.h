// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/device_state.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::prepare {

// What all pools together ask of a NIC.
struct NicDemand {
  std::optional<std::uint32_t> channels;
  bool header_split = false;
  std::set<std::uint32_t> excluded;  // the queues that RSS shall spread no flows over
  bool repair = false;               // what somebody else changes is to be changed back

  bool is_empty() const { return !channels && !header_split && excluded.empty(); }
  bool operator==(const NicDemand&) const = default;
};

struct PooledDemand {
  NicDemand demand;
  std::set<std::string> pools;  // that ask for something
  std::map<std::string, std::string>
      conflicts;  // pools that ask for what cannot be, and why: they do not count
};

// Of the configuration's pools those that select the NIC, the first of which decides where two disagree.
// `states`: the pools' devices, chosen by the same configuration.
PooledDemand demand_of(const config::Config& config, const std::vector<pools::PoolState>& states,
                       const kernel::NicDetails& nic);

}  // namespace rxlease::deviceplugin::prepare
