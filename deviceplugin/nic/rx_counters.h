// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "kernel/netdev.h"

namespace rxlease::deviceplugin::nic {

// What each receive queue of a NIC has received since the NIC was made, by queue id. Empty when its driver
// does not count, or when it has gone.
std::map<std::uint32_t, kernel::Qstats> rx_counters(const kernel::Netdev& netdev, std::uint32_t ifindex);

}  // namespace rxlease::deviceplugin::nic
