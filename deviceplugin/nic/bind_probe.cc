// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/bind_probe.h"

#include <cerrno>
#include <cstddef>
#include <optional>

#include "deviceplugin/nic/throw_away_netkit.h"
#include "kernel/error.h"
#include "kernel/netlink/netdev.h"
#include "kernel/zero_copy_ring.h"

namespace rxlease::deviceplugin::nic {

namespace {

// Enough for a queue to start with: mlx5 keeps the whole NIC waiting, for up to 20 s, until the queue has two
// work queue entries of buffers (mlx5e_wait_for_min_rx_wqes, Linux 7.3). And within the usual limit of locked
// memory, 8 MiB.
constexpr std::size_t memory_size = std::size_t{4} << 20U;

// What a refusal to bind says about the NIC. EOPNOTSUPP: its driver cannot restart a queue alone, or not as
// it is set, or it has no device for DMA. ENODATA: the driver ignores whose memory it is to use. Anything
// else, also rights, seccomp and limits of this process, says nothing about it.
Binding binding_in(const kernel::KernelError& refusal) {
  return refusal.error() == EOPNOTSUPP || refusal.error() == ENODATA ? Binding::refused : Binding::unknown;
}

}  // namespace

BindAnswer probe_bind(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue,
                      const Bind& bind) {
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev) return {Binding::unknown, "this kernel has no netdev family"};
  std::optional<ThrowAwayNetkit> netkit;
  std::uint32_t leased = 0;
  try {
    netkit.emplace(host, probe_name);
    leased = netdev->queue_create(netkit->ifindex(), {nic.ifindex, {queue}, std::nullopt});
  } catch (const kernel::KernelError& error) {
    return {Binding::unknown, error.what()};
  }
  try {
    bind(netkit->ifindex(), leased);
    return {Binding::works, ""};
  } catch (const kernel::KernelError& error) {
    return {binding_in(error), error.what()};
  }
}

BindAnswer probe_bind(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue) {
  try {
    // It ends after the netkit, whose end alone waits until the queue has its own memory back.
    const kernel::ZeroCopyRing ring;
    return probe_bind(host, nic, queue, [&](std::uint32_t ifindex, std::uint32_t leased) {
      ring.bind(ifindex, leased, memory_size);
    });
  } catch (const kernel::KernelError& error) {
    return {Binding::unknown, error.what()};
  }
}

}  // namespace rxlease::deviceplugin::nic
