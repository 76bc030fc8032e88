// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/leased_queues.h"

#include <algorithm>

namespace rxlease::deviceplugin::prepare {

std::vector<kernel::DeviceId> leased_queues(const pools::Snapshot& snapshot, const std::string& pool) {
  std::vector<kernel::DeviceId> leased;
  const auto state = std::ranges::find(snapshot.pools, pool, &pools::PoolState::name);
  if (state == snapshot.pools.end()) return leased;
  for (const auto& device : state->devices) {
    if (device.occupancy == pools::Occupancy::leased) leased.push_back(device.id);
  }
  return leased;
}

}  // namespace rxlease::deviceplugin::prepare
