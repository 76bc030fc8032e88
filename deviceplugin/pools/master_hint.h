// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/nic/masters.h"
#include "deviceplugin/nic/nic_state.h"

namespace rxlease::deviceplugin::pools {

// A selector that names a bond or another master, where its slaves were meant.
struct MasterHint {
  std::string what;    // "interface bond0 is a bond, which has no queues to lease"
  std::string remedy;  // "name its slaves instead: eth0, eth1"

  std::string sentence() const { return what + "; " + remedy; }
};

// Whether an interface selector matches none of the NICs, so that it could mean a master.
bool may_name_master(const config::Selectors& selectors, const std::vector<nic::NicState>& nics);

// A hint for each master that such a selector matches.
std::vector<MasterHint> master_hints(const config::Selectors& selectors,
                                     const std::vector<nic::NicState>& nics,
                                     const std::vector<nic::Master>& masters);

}  // namespace rxlease::deviceplugin::pools
