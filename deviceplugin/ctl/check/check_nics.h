// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/check/findings.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::ctl {

// The kernel that check_nics() asks.
struct HostKernel {
  kernel::Transport& route;    // NETLINK_ROUTE of the host
  kernel::Transport& generic;  // NETLINK_GENERIC
  bool can_lease;              // false: NICs are not blamed for it
};

// Checks each NIC of each pool: whether it can lease, its link and queues, and the settings that docs/nics.md
// lists: XDP program, MTU, channels, header split, flow rules and RSS; and what its driver has. Tells what
// the daemon has changed of NICs. REQUIRES: a snapshot to show, of this configuration.
void check_nics(const config::Config& config, const pools::Snapshot& snapshot, const HostKernel& host,
                Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
