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
};

// Which `size` of the available devices a container should get, `required` among them: all of one NIC if
// possible, the one where the fewest free queues are left over; there the shortest run of neighbouring queues
// that is long enough, so that long runs stay whole. Where no NIC has enough, NICs of the first one's NUMA
// node come next. Fewer than `size` are returned only when there are fewer.
std::vector<kernel::DeviceId> prefer(const std::vector<Candidate>& available,
                                     const std::vector<kernel::DeviceId>& required, std::size_t size);

}  // namespace rxlease::deviceplugin::allocate
