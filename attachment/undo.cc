// SPDX-License-Identifier: Apache-2.0
#include "attachment/undo.h"

#include <algorithm>
#include <cerrno>

#include "attachment/lease_file.h"
#include "attachment/unsteer.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"

namespace rxlease::attachment {

namespace {

using kernel::NetkitPairing;
using std::chrono::milliseconds;

// The link that the record means: by ifindex once that is known.
std::optional<std::uint32_t> find_netkit(kernel::Namespace& netns, std::uint32_t ifindex,
                                         const std::string& name) {
  const kernel::Links links(netns.route());
  const auto link = ifindex != 0 ? links.getlink(ifindex) : links.getlink(name);
  return link && link->netkit() ? std::optional(link->ifindex()) : std::nullopt;
}

// Whether an AF_XDP socket is bound to a leased queue of the netkit, which begin at 1.
bool has_bound_queue(const kernel::Netdev& netdev, std::uint32_t ifindex) {
  try {
    return std::ranges::any_of(netdev.queue_get_dump(ifindex), [](const kernel::Queue& queue) {
      return queue.type == kernel::QueueType::rx && queue.id.value_or(0) > 0 && queue.xsk;
    });
  } catch (const kernel::KernelError& error) {
    if (error.error() != ENODEV) throw;
    return false;  // it went with its NIC
  }
}

// Linux 7.3 releases the AF_XDP memory of a dead process in the background, a moment after the process. If
// the netkit is deleted in between, the NIC's queue stays bound permanently: xp_release_deferred() finds the
// queue by the lease, which is gone by then. While the socket lives there is no such danger: the kernel takes
// it off the queue before it ends the lease. Returns false if a socket is still bound after the timeout.
bool await_end_of_bindings(Machine& machine, kernel::Namespace& pod, std::uint32_t ifindex,
                           milliseconds timeout) {
  constexpr milliseconds slowest{50};
  const auto netdev = kernel::Netdev::open(pod.generic());
  if (!netdev) return true;
  const auto deadline = machine.now() + timeout;
  for (milliseconds pause{2}; has_bound_queue(*netdev, ifindex); pause = std::min(pause * 2, slowest)) {
    if (machine.now() + pause > deadline) return false;
    machine.sleep(pause);
  }
  return true;
}

}  // namespace

void delete_netkit(Machine& machine, const Attachment& record, const LeaseTimeout& timeout) {
  if (record.pairing == NetkitPairing::pair) {
    auto& host = machine.host();
    const auto primary = find_netkit(host, record.host_ifindex, record.host_interface);
    if (primary) kernel::Links(host.route()).dellink(*primary);
    return;
  }
  const auto pod = machine.open_netns(record.netns);
  if (!pod || pod->cookie() != record.netns_cookie) return;  // it took its devices with it
  const auto netkit = find_netkit(*pod, record.interface_ifindex, record.interface);
  if (!netkit) return;
  if (!await_end_of_bindings(machine, *pod, *netkit, timeout.limit)) {
    machine.warn("after " + std::to_string(timeout.limit.count()) + " ms (\"" + timeout.setting +
                 "\") an AF_XDP socket still has a queue of " + record.describe_owner() +
                 ": it loses the queue now");
  }
  kernel::Links(pod->route()).dellink(*netkit);
}

void remove_lease_files(const Site& site, const Attachment& record) {
  for (const auto& device : record.devices) {
    remove_lease_file(site.state_directory, device.id, record.container_id);
  }
}

void undo(const Site& site, const Attachment& record, const LeaseTimeout& timeout) {
  // First, so that nothing is steered to a queue that may be somebody else's the next moment.
  unsteer(site, record);
  // While the queue is still leased nobody else can have written its file.
  remove_lease_files(site, record);
  delete_netkit(site.machine, record, timeout);
}

}  // namespace rxlease::attachment
