// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace rxlease::examples {

// The folder of one of the container's queues. `name` is the folder itself, or the environment variable in
// which kubelet names the container's devices of a pool, RXLEASE_DEVICES_<POOL>: then it is that of the first
// one. Throws std::runtime_error.
std::string folder_of(const std::string& name);

// What a container finds in the folder of one of its queues, /run/rxlease/<device id>, with "_" for
// each ":" of the id: lease.json.
struct Lease {
  std::string interface;    // of the pod
  std::uint32_t queue = 0;  // of that interface
};

// Throws std::runtime_error.
Lease read_lease(const std::string& folder);

}  // namespace rxlease::examples
