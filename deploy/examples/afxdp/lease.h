// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace rxlease::examples {

// What a container finds in the folder of one of its queues, /run/rxlease/<device id>: lease.json.
struct Lease {
  std::string interface;    // of the pod
  std::uint32_t queue = 0;  // of that interface
};

// Throws std::runtime_error.
Lease read_lease(const std::string& folder);

}  // namespace rxlease::examples
