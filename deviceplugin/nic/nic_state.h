// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/device_id.h"
#include "kernel/netlink/netdev.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::nic {

// Whether a lease, as the host's namespace shows it, is one by which the daemon keeps a free queue from
// others. Empty: the daemon has none.
using IsParked = std::function<bool(const kernel::Lease&)>;

// A receive queue as queue-get shows it: who uses it beside the host's stack.
struct QueueState {
  std::optional<kernel::Lease> lease;  // of somebody else than the daemon
  bool is_parked = false;              // by the daemon: nobody has the queue
  bool af_xdp = false;
  bool memory_provider = false;  // io_uring or devmem
};

// A NIC as one scan found it.
struct NicState {
  kernel::NicDetails details;
  bool up = false;
  bool carrier = false;
  std::string cannot_lease;  // why its queues cannot be leased; empty: they can
  std::map<std::uint32_t, QueueState>
      queues;  // by queue id; empty while the NIC is down: the kernel lists none then
};

// The NIC with that name in device ids; null when it is not among them.
const NicState* find_nic(const std::vector<NicState>& nics, const std::string& name);

// The queue that a device id names; null when its NIC is not among them, or the kernel lists no such queue.
const QueueState* find_queue(const std::vector<NicState>& nics, const kernel::DeviceId& id);
const QueueState* find_queue(const NicState& nic, std::uint32_t queue);

}  // namespace rxlease::deviceplugin::nic
