// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/lease_probe.h"

#include <cerrno>
#include <cstdint>

#include "deviceplugin/nic/throw_away_netkit.h"
#include "kernel/error.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::nic {

namespace {

constexpr std::uint32_t no_such_queue = INT32_MAX;

// What a refusal says about the NIC. The netkit is fit for a lease, so EINVAL is the kernel's word that the
// NIC is not; EBUSY and ERANGE are about the queue of a NIC that is. Memory, rights, a NIC that goes away
// meanwhile and a netkit that cannot be made say nothing about it.
LeaseAnswer answer_in(const kernel::KernelError& refusal) {
  if (refusal.operation() != "queue-create") return {refusal.what(), false};
  switch (refusal.error()) {
    case EBUSY:
    case ERANGE:
      return {};
    case EINVAL:
      return {refusal.what(), true};
    default:
      return {refusal.what(), false};
  }
}

// Leases the queue to a new netkit for a moment.
LeaseAnswer try_lease(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue,
                      const std::string& name) {
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev || !netdev->has_op(kernel::NetdevOp::queue_create)) {
    return {"this kernel has no queue-create (Linux 7.1 or later does)", true};
  }
  try {
    const ThrowAwayNetkit netkit(host, name);
    netdev->queue_create(netkit.ifindex(), {nic.ifindex, {queue}, std::nullopt});
    return {};
  } catch (const kernel::KernelError& error) {
    return answer_in(error);
  }
}

}  // namespace

LeaseAnswer probe_lease(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue) {
  return try_lease(host, nic, queue, probe_name);
}

LeaseAnswer ask_lease(kernel::Namespace& host, const kernel::Nic& nic) {
  return try_lease(host, nic, no_such_queue, throw_away_name());
}

}  // namespace rxlease::deviceplugin::nic
