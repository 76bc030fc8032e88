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

// The settings that all pools together ask of a NIC.
struct NicDemand {
  std::optional<std::uint32_t> channels;
  bool header_split = false;
  std::set<std::uint32_t> excluded;  // queues that RSS must spread no flows over
  bool repair = false;               // change back what somebody else changes
  bool xdp = false;                  // what drivers ask for before they take an XDP program
  bool put_back = true;              // set the RSS table again that the NIC has lost

  bool is_empty() const { return !channels && !header_split && excluded.empty() && !xdp; }
  bool operator==(const NicDemand&) const = default;
};

struct PooledDemand {
  NicDemand demand;
  std::set<std::string> pools;  // those that ask for a setting
  std::map<std::string, std::string>
      conflicts;  // pools whose settings contradict an earlier pool's, and how; left out of `demand`
};

// Adds up the demands of the pools that select the NIC. If two disagree, the earlier one decides. `states`:
// the pools' devices, chosen by the same configuration.
//
// `xdp_refused`: the NIC's driver has refused an XDP program as the NIC is set, which an AF_XDP pool needs.
PooledDemand demand_of(const config::Config& config, const std::vector<pools::PoolState>& states,
                       const kernel::NicDetails& nic, bool xdp_refused = false);

}  // namespace rxlease::deviceplugin::prepare
