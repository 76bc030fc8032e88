// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/inventory.h"
#include "kernel/device_id.h"

namespace rxlease::deviceplugin::guard {

// A queue by its NIC's ifindex, which is not given out twice: a NIC that is plugged in again has another.
struct QueueKey {
  std::uint32_t nic_ifindex = 0;
  std::uint32_t queue = 0;

  auto operator<=>(const QueueKey&) const = default;
};

using Queues = std::map<QueueKey, kernel::DeviceId>;  // with the queues' present ids

// What the guard should do.
struct Wanted {
  Queues queues;  // to hold
  bool is_incomplete =
      false;  // somebody leases a queue without a record: it is to be held as soon as it is free
};

// The queues that the guard should hold: of those that the policy is about, those that nobody has, neither by
// the kernel nor by a record. A record counts from the moment when an ADD begins, so its queues are let go
// even if its plugin does not ask. A NIC that is down lists no queues; then the records decide. While a
// record cannot be read, a queue with a lease.json may be that record's, and is left alone.
Wanted wanted_queues(config::Guard policy, const pools::Snapshot& snapshot,
                     const std::function<bool(const kernel::DeviceId&)>& has_lease_file);

}  // namespace rxlease::deviceplugin::guard
