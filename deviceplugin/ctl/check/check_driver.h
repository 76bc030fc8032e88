// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/check/check_nics.h"
#include "deviceplugin/nic/nic_state.h"
#include "kernel/ethtool/ethtool.h"

namespace rxlease::deviceplugin::ctl {

// A NIC of a pool, and the subject of what is found about it.
struct PoolsNic {
  const config::Pool& pool;
  const nic::NicState& nic;
  std::string subject;
};

// Whether flow rules by port and address can name a queue of the NIC: without them only RSS spreads flows.
void check_flow_rules(const PoolsNic& at, const kernel::Ethtool& ethtool, Findings& findings);

// Tells in one line what the drivers that can lease differ in (the table of docs/nics.md), as this NIC's
// driver answers: channels, header split, RSS contexts, flow rules, AF_XDP without copies. Missing: the pool
// is for AF_XDP, and the driver has it only with copies. Changes nothing.
void check_driver(const PoolsNic& at, const HostKernel& host, const kernel::Ethtool& ethtool,
                  Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
