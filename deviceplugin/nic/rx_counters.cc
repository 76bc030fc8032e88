// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/rx_counters.h"

#include <cerrno>

#include "kernel/error.h"

namespace rxlease::deviceplugin::nic {

std::map<std::uint32_t, kernel::Qstats> rx_counters(const kernel::Netdev& netdev, std::uint32_t ifindex) {
  std::map<std::uint32_t, kernel::Qstats> counters;
  try {
    for (const auto& entry : netdev.qstats_get_dump(ifindex)) {
      if (entry.queue_type == kernel::QueueType::rx && entry.queue_id) counters[*entry.queue_id] = entry;
    }
  } catch (const kernel::KernelError& error) {
    if (error.error() != EOPNOTSUPP && error.error() != ENODEV) throw;
  }
  return counters;
}

}  // namespace rxlease::deviceplugin::nic
