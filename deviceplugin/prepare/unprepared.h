// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/device_state.h"
#include "deviceplugin/pools/inventory.h"
#include "kernel/transport.h"

namespace rxlease::deviceplugin::prepare {

// Why NICs are not as pools need them.
class NicTroubles {
 public:
  void add(const std::string& nic, const std::set<std::string>& pools, const std::string& reason) {
    for (const auto& pool : pools) reasons_[{nic, pool}] = reason;
  }
  void clear() { reasons_.clear(); }

  // Makes the devices unhealthy of the pools on these NICs. What is unhealthy already keeps its reason.
  void judge(std::vector<pools::PoolState>& pools) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> reasons_;  // by NIC and pool
};

// What can be told without changing anything: which NICs are not as their pools want them. `generic`: of the
// host.
NicTroubles troubles_seen(const config::Config& config, const pools::Snapshot& snapshot,
                          kernel::Transport& generic);

}  // namespace rxlease::deviceplugin::prepare
