// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/check/findings.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::ctl {

// Tells what the daemon found out when it tried to bind memory to a queue of each NIC of pools for io_uring
// and devmem. Nothing is tried here, since that restarts a queue; a NIC that was not tried has no finding.
void check_binds(const config::Config& config, const pools::Snapshot& snapshot, Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
