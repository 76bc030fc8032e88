// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/lease_probe.h"

#include <cerrno>
#include <cstdint>

#include "deviceplugin/nic/throw_away_netkit.h"
#include "kernel/error.h"
#include "kernel/netdev.h"

namespace rxlease::deviceplugin::nic {

namespace {

constexpr const char* probe_name = "rxlprobe";
constexpr std::uint32_t no_such_queue = INT32_MAX;

// Leases the queue to a new netkit for a moment; `answers` tells the errnos that only a NIC gives that can.
template <typename Answers>
std::string try_lease(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue,
                      const std::string& name, Answers answers) {
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev || !netdev->has_op(kernel::NetdevOp::queue_create)) {
    return "this kernel has no queue-create (Linux 7.1 or later does)";
  }
  try {
    const ThrowAwayNetkit netkit(host, name);
    netdev->queue_create(netkit.ifindex(), {nic.ifindex, {queue}, std::nullopt});
    return "";
  } catch (const kernel::KernelError& error) {
    return error.operation() == "queue-create" && answers(error.error()) ? "" : error.what();
  }
}

}  // namespace

std::string probe_lease(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue) {
  return try_lease(host, nic, queue, probe_name, [](int error) { return error == EBUSY; });
}

std::string ask_lease(kernel::Namespace& host, const kernel::Nic& nic) {
  return try_lease(host, nic, no_such_queue, throw_away_name(), [](int error) { return error == ERANGE; });
}

}  // namespace rxlease::deviceplugin::nic
