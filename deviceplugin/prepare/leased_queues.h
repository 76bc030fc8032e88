// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::prepare {

// The pool's queues that pods have; none if the snapshot has no such pool.
std::vector<kernel::DeviceId> leased_queues(const pools::Snapshot& snapshot, const std::string& pool);

}  // namespace rxlease::deviceplugin::prepare
