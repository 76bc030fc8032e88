// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/device_state.h"

#include <algorithm>

namespace rxlease::deviceplugin::pools {

std::string to_string(Occupancy occupancy) {
  switch (occupancy) {
    case Occupancy::free:
      return "free";
    case Occupancy::leased:
      return "leased";
    case Occupancy::parked:
      return "parked";
    case Occupancy::foreign:
      return "foreign lease";
    case Occupancy::af_xdp:
      return "AF_XDP";
    case Occupancy::memory_provider:
      return "memory provider";
    case Occupancy::unknown:
      break;
  }
  return "unknown";
}

const DeviceState* PoolState::find(const kernel::DeviceId& id) const {
  const auto found = std::ranges::find(devices, id, &DeviceState::id);
  return found == devices.end() ? nullptr : &*found;
}

}  // namespace rxlease::deviceplugin::pools
