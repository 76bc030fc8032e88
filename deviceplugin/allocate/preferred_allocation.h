// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/device_id.h"

namespace rxlease::deviceplugin::allocate {

// A device that kubelet could give.
struct Candidate {
  kernel::DeviceId id;
  std::optional<int> numa_node;
  bool is_free = true;  // false: somebody has it, though kubelet does not know
};

// Chooses `size` of the available devices for a container, `required` among them. Takes all from one NIC if
// possible: the one that has the fewest free queues left afterwards; on that NIC the shortest run of
// neighbouring queues that is long enough, so that long runs stay whole. If no NIC has enough, continues with
// NICs of the first one's NUMA node. Takes devices that are not free only if there are not enough free ones.
// Returns fewer than `size` only if there are no more.
std::vector<kernel::DeviceId> prefer(const std::vector<Candidate>& available,
                                     const std::vector<kernel::DeviceId>& required, std::size_t size);

}  // namespace rxlease::deviceplugin::allocate
