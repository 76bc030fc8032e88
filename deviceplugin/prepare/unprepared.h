// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/pools/verdicts.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::deviceplugin::prepare {

// Which NICs are not as their pools want them, found without a change of anything. `generic`: of the host.
pools::Verdicts unprepared(const config::Config& config, const pools::Snapshot& snapshot,
                           kernel::Transport& generic);

// Verdicts against NICs of AF_XDP pools on which no XDP program runs, or whose drivers have AF_XDP with
// copies only. `route`, `generic`: of their namespace.
pools::Verdicts without_af_xdp(const pools::Snapshot& snapshot, kernel::Transport& route,
                               kernel::Transport& generic);

}  // namespace rxlease::deviceplugin::prepare
