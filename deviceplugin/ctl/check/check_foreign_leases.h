// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/check/findings.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::ctl {

// Looks for leases that no record explains, on each NIC that a pool selects: of the pools' queues and of the
// host's. The kernel lists no leases of a NIC that is down, which has no finding then. REQUIRES: a snapshot
// to show, of this configuration; a kernel that can lease.
void check_foreign_leases(const config::Config& config, const pools::Snapshot& snapshot, Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
