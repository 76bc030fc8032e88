// SPDX-License-Identifier: Apache-2.0
#include "attachment/undo.h"

#include <algorithm>
#include <cerrno>

#include "attachment/nic/proxy.h"
#include "attachment/nic/unsteer.h"
#include "attachment/record/error.h"
#include "attachment/record/lease_file.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"

namespace rxlease::attachment {

namespace {

using kernel::NetkitPairing;
using std::chrono::milliseconds;

// A link of the namespace: by ifindex once that is known.
std::optional<kernel::Link> find_netkit(kernel::Namespace& netns, std::uint32_t ifindex,
                                        const std::string& name) {
  const kernel::Links links(netns.route());
  auto link = ifindex != 0 ? links.getlink(ifindex) : links.getlink(name);
  return link && link->netkit() ? std::move(link) : std::nullopt;
}

// The record's end in the pod, whose namespace is the recorded one. A pod may rename it, and no other link of
// that namespace gets its ifindex; but the record of an older version may be of another boot, where cookie
// and ifindex meant something else.
std::optional<kernel::Link> find_pod_end(kernel::Namespace& pod, const Attachment& record) {
  auto link = find_netkit(pod, record.interface_ifindex, record.interface);
  const bool ours = link && (!record.boot_id.empty() || link->ifname == record.interface) &&
                    link->netkit()->pairing.value_or(record.pairing) == record.pairing;
  return ours ? std::move(link) : std::nullopt;
}

std::unique_ptr<kernel::Namespace> open_pod(Machine& machine, const Attachment& record) {
  auto pod = machine.open_netns(record.netns);
  return pod && pod->cookie() == record.netns_cookie ? std::move(pod) : nullptr;
}

// Waits until it is done. False after the timeout.
template <typename Done>
bool await(Machine& machine, milliseconds timeout, Done is_done) {
  constexpr milliseconds slowest{50};
  const auto deadline = machine.now() + timeout;
  for (milliseconds pause{2}; !is_done(); pause = std::min(pause * 2, slowest)) {
    if (machine.now() + pause > deadline) return false;
    machine.sleep(pause);
  }
  return true;
}

// Whether the NIC shows a lease of the device to the netkit, with an AF_XDP socket bound to the queue.
bool is_bound_at_nic(Machine& machine, const AttachedDevice& device, std::uint32_t ifindex) {
  const auto nic = machine.find_nic(device.id.nic);
  const auto netdev = nic ? kernel::Netdev::open(machine.host().generic()) : std::nullopt;
  const auto queue = netdev ? netdev->queue_get(nic->ifindex, {device.id.queue}) : std::nullopt;
  return queue && queue->xsk && queue->lease && queue->lease->netns_id && queue->lease->ifindex == ifindex;
}

// Whether an AF_XDP socket is bound to a leased queue of the netkit, which begin at 1. A netkit that is down
// lists no queues, and a pod can set it down; then the NIC's side tells.
bool has_bound_queue(Machine& machine, const kernel::Netdev& pod, const Attachment& record,
                     std::uint32_t ifindex) {
  std::vector<kernel::Queue> queues;
  try {
    queues = pod.queue_get_dump(ifindex);
  } catch (const kernel::KernelError& error) {
    if (error.error() != ENODEV) throw;
    return false;  // it went with its NIC
  }
  if (queues.empty()) {
    return std::ranges::any_of(record.devices, [&](const AttachedDevice& device) {
      return is_bound_at_nic(machine, device, ifindex);
    });
  }
  return std::ranges::any_of(queues, [](const kernel::Queue& queue) {
    return queue.type == kernel::QueueType::rx && queue.id.value_or(0) > 0 && queue.xsk;
  });
}

// While a socket lives its queue is in no danger: the kernel takes it off the queue before it ends the lease.
// So after the wait the netkit goes in any case, with a warning.
void await_end_of_bindings(Machine& machine, kernel::Namespace& pod, const Attachment& record,
                           const kernel::Link& link, const LeaseTimeout& timeout) {
  const auto netdev = kernel::Netdev::open(pod.generic());
  if (!netdev) return;
  const auto limit = std::max(timeout.limit, least_wait_for_af_xdp);
  if (await(machine, limit, [&] { return !has_bound_queue(machine, *netdev, record, link.ifindex()); }))
    return;
  const auto reason = timeout.limit < limit ? "the minimum" : "\"" + timeout.setting + "\"";
  machine.warn("after " + std::to_string(limit.count()) + " ms (" + reason +
               ") an AF_XDP socket still has a queue of " + record.describe_owner() +
               ": it loses the queue now");
}

// Whether another record says that the lease is its own.
bool is_of_another(const kernel::Lease& lease, const AttachedDevice& device, const Attachment& record,
                   const AttachmentStore& store) {
  return std::ranges::any_of(store.list().attachments, [&](const Attachment& other) {
    const bool same = other.container_id == record.container_id && other.interface == record.interface;
    return !same && other.interface_ifindex == lease.ifindex &&
           std::ranges::find(other.devices, device.id, &AttachedDevice::id) != other.devices.end();
  });
}

// A lease of the record's devices to its interface that the NIC still shows, in whatever namespace.
std::optional<kernel::Lease> find_lease(const Site& site, const Attachment& record,
                                        const AttachedDevice& device) {
  const auto nic = site.machine.find_nic(device.id.nic);
  const auto netdev = nic ? kernel::Netdev::open(site.machine.host().generic()) : std::nullopt;
  const auto queue = netdev ? netdev->queue_get(nic->ifindex, {device.id.queue}) : std::nullopt;
  if (!queue || !queue->lease || queue->lease->ifindex != record.interface_ifindex) return std::nullopt;
  const auto& lease = *queue->lease;
  const bool ours = lease.netns_id && device.queue.value_or(lease.queue.id) == lease.queue.id;
  return ours && !is_of_another(lease, device, record, site.store()) ? std::optional(lease) : std::nullopt;
}

// A namespace that ends takes its netkit along, in its own time. One that lives on keeps the leases.
void await_end_of_leases(const Site& site, const Attachment& record, const LeaseTimeout& timeout) {
  for (const auto& device : record.devices) {
    std::optional<kernel::Lease> lease;
    const auto ended = [&] { return !(lease = find_lease(site, record, device)); };
    if (await(site.machine, timeout.limit, ended)) continue;
    throw Error(
        Fault::busy, Part::devices,
        "device " + device.id.to_string() + " is still leased to " + record.describe_owner() +
            ", in the network namespace with id " + std::to_string(*lease->netns_id) + ": " +
            (record.netns.empty() ? "no path is known that leads there"
                                  : record.netns + " does not lead there any more"),
        "end the processes that keep this namespace (`lsns --type net` lists them), and call DEL again");
  }
}

}  // namespace

std::optional<kernel::Link> find_host_end(kernel::Namespace& host, const Attachment& record) {
  if (record.pairing != NetkitPairing::pair || !record.is_of_this_boot()) return std::nullopt;
  auto link = find_netkit(host, record.host_ifindex, record.host_interface);
  return link && link->ifname == record.host_interface ? std::move(link) : std::nullopt;
}

bool delete_netkit(Machine& machine, const Attachment& record, const LeaseTimeout& timeout) {
  if (!record.is_of_this_boot()) return true;
  if (const auto primary = find_host_end(machine.host(), record)) {
    kernel::Links(machine.host().route()).dellink(primary->ifindex());
    return true;
  }
  const auto pod = open_pod(machine, record);
  const auto link = pod ? find_pod_end(*pod, record) : std::nullopt;
  if (!link) return false;
  if (record.pairing == NetkitPairing::single) await_end_of_bindings(machine, *pod, record, *link, timeout);
  kernel::Links(pod->route()).dellink(link->ifindex());
  return true;
}

void remove_lease_files(const Site& site, const Attachment& record) {
  for (const auto& device : record.devices) {
    remove_lease_file(site.state_directory, device.in_container(), record.container_id);
  }
}

void undo(const Site& site, const Attachment& record, const LeaseTimeout& timeout) {
  // First, so that nothing is steered to a queue that may be somebody else's the next moment.
  unsteer(site, record);
  remove_proxies(site, record);
  // While the queue is still leased nobody else can have written its file.
  remove_lease_files(site, record);
  if (!delete_netkit(site.machine, record, timeout)) await_end_of_leases(site, record, timeout);
}

}  // namespace rxlease::attachment
