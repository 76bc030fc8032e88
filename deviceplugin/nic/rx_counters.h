// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::nic {

// The statistics of a NIC's receive queues since the NIC was made, by queue id. Empty if the driver keeps
// none, or the NIC has gone.
std::map<std::uint32_t, kernel::Qstats> rx_counters(const kernel::Netdev& netdev, std::uint32_t ifindex);

}  // namespace rxlease::deviceplugin::nic
