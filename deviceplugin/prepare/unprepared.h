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

}  // namespace rxlease::deviceplugin::prepare
