// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/findings.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::ctl {

// Each NIC of each pool: whether it can lease (on a kernel that can), its link and queues, and what zero-copy
// receive and the other pods' peace need of channels, header split, flow rules and RSS; and what the daemon
// has changed of NICs. `generic` is NETLINK_GENERIC of the host. REQUIRES: a snapshot to show, of this
// configuration.
void check_nics(const config::Config& config, const pools::Snapshot& snapshot, bool kernel_leases,
                kernel::Transport& generic, Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
