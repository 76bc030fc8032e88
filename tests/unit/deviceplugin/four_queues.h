// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin {

// A NIC of four queues, of which a pool has 2 and 3.
inline pools::Snapshot node_with_four_queues() {
  pools::Snapshot snapshot;
  auto& nic = snapshot.nics.emplace_back();
  nic.details.nic = {"nic0", "eth0", 5};
  nic.details.rx_queues = 4;
  nic.up = true;
  for (std::uint32_t queue = 0; queue < 4; ++queue) nic.queues[queue] = {};
  auto& pool = snapshot.pools.emplace_back();
  pool.name = "rxq";
  for (const std::uint32_t queue : {2U, 3U}) pool.devices.emplace_back().id = {"nic0", queue};
  return snapshot;
}

}  // namespace rxlease::deviceplugin
