// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/device_state.h"

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

}  // namespace rxlease::deviceplugin::pools
