// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/device_state.h"

#include <algorithm>

namespace rxlease::deviceplugin::pools {

std::string to_string(Use use) {
  switch (use) {
    case Use::free:
      return "free";
    case Use::leased:
      return "leased";
    case Use::foreign:
      return "foreign lease";
    case Use::af_xdp:
      return "AF_XDP";
    case Use::memory_provider:
      return "memory provider";
    case Use::unknown:
      break;
  }
  return "unknown";
}

const DeviceState* PoolState::find(const kernel::DeviceId& id) const {
  const auto found = std::ranges::find(devices, id, &DeviceState::id);
  return found == devices.end() ? nullptr : &*found;
}

}  // namespace rxlease::deviceplugin::pools
