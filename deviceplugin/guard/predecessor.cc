// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/predecessor.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <thread>

#include "deviceplugin/guard/parking.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::guard {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds pause{10};

// The kernel shows -1 for a namespace that ends; until all of its sockets are gone it shows its id.
bool is_ending(const kernel::Lease& lease, kernel::Namespace& host) {
  if (!lease.netns_id) return false;
  if (*lease.netns_id < 0) return true;
  const auto link = kernel::Links(host.route()).getlink_in(*lease.netns_id, lease.ifindex);
  return !link || (link->ifname && link->ifname->starts_with(parked_name));
}

bool has_ending_lease(kernel::Namespace& host, const std::string& sysfs) {
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev) return false;
  for (const auto& nic : kernel::list_nics(sysfs)) {
    try {
      const auto queues = netdev->queue_get_dump(nic.nic.ifindex);
      if (std::ranges::any_of(
              queues, [&](const auto& queue) { return queue.lease && is_ending(*queue.lease, host); })) {
        return true;
      }
    } catch (const kernel::KernelError& error) {
      if (error.error() != ENODEV) throw;
    }
  }
  return false;
}

}  // namespace

void await_end_of_predecessor(kernel::Namespace& host, const std::string& sysfs,
                              std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  try {
    while (has_ending_lease(host, sysfs) && Clock::now() < deadline) std::this_thread::sleep_for(pause);
  } catch (const kernel::KernelError&) {  // whoever scans next says what is wrong
  }
}

}  // namespace rxlease::deviceplugin::guard
