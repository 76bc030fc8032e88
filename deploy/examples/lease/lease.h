// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rxlease::examples {

// What a container finds in the folder of one of its queues, /run/rxlease/<device id>, with "_" for each ":"
// of the id: lease.json.
struct Lease {
  std::string folder;
  std::string interface;    // of the pod
  std::uint32_t queue = 0;  // of that interface
};

// Whether the text is one that leases_named_by takes: a folder's path, or RXLEASE_DEVICES_<POOL>. An
// interface's name is neither.
bool names_leases(const std::string& text);

// The leases of the container's queues, at least one. `name` is a queue's folder, or the environment variable
// in which kubelet names the container's devices of a pool. Throws std::runtime_error if the variable is not
// set or a lease.json cannot be read.
std::vector<Lease> leases_named_by(const std::string& name);

// Queues of one interface of the pod.
struct Queues {
  std::string interface;
  std::vector<std::uint64_t> queues;
};

// The queues of these leases, in their order. Throws std::runtime_error if they are of several interfaces.
Queues queues_of(const std::vector<Lease>& leases);

}  // namespace rxlease::examples
