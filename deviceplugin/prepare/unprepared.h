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

// Verdicts against NICs of AF_XDP pools on which no XDP program runs. `route`: of their namespace.
pools::Verdicts without_xdp_program(const pools::Snapshot& snapshot, kernel::Transport& route);

}  // namespace rxlease::deviceplugin::prepare
