// SPDX-License-Identifier: Apache-2.0
#include "cni/attachments.h"

#include <algorithm>
#include <cerrno>

#include "attachment/lease_file.h"
#include "attachment/steer.h"
#include "kernel/error.h"
#include "kernel/links.h"
#include "kernel/netdev.h"

namespace rxlease::cni {

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
    const auto queues = netdev.queue_get_dump(ifindex);
    return std::any_of(queues.begin(), queues.end(), [](const auto& queue) {
      return queue.type == kernel::QueueType::rx && queue.id.value_or(0) > 0 && queue.xsk;
    });
  } catch (const kernel::KernelError& error) {
    if (error.error() != ENODEV) throw;
    return false;  // it went with its NIC
  }
}

// Linux 7.3 lets go of a dead process's AF_XDP memory a moment after the process, in the background. A netkit
// that goes in between leaves the NIC's queue bound for good: xp_release_deferred() finds no lease any more
// that would tell it the queue. While the socket lives there is no such danger: the kernel takes it off the
// queue before it ends the lease.
void await_end_of_bindings(const Call& call, kernel::Namespace& pod, const attachment::Attachment& attachment,
                           std::uint32_t ifindex) {
  constexpr milliseconds longest_pause{50};
  const auto netdev = kernel::Netdev::open(pod.generic());
  if (!netdev) return;
  auto& system = call.system;
  const auto deadline = system.now() + call.conf.lease_timeout;
  for (milliseconds pause{2}; has_bound_queue(*netdev, ifindex); pause = std::min(pause * 2, longest_pause)) {
    if (system.now() + pause > deadline) {
      system.warn("after " + std::to_string(call.conf.lease_timeout.count()) +
                  " ms (\"leaseTimeoutMs\") an AF_XDP socket still has a queue of " +
                  attachment.describe_owner() + ": it loses the queue now");
      return;
    }
    system.sleep(pause);
  }
}

// When an ADD was killed its IPAM plugin may go on, and would reserve addresses behind our back.
void await_interrupted_add(System& system, const attachment::AttachmentStore& store,
                           const attachment::Attachment& attachment) {
  constexpr milliseconds patience{10000};
  constexpr milliseconds pause{20};
  const auto deadline = system.now() + patience;
  while (store.is_at_work(attachment)) {
    if (system.now() + pause > deadline) {
      system.warn("the IPAM plugin of an interrupted ADD is still at work for " +
                  attachment.describe_owner() + "; what it reserves from now on stays reserved");
      return;
    }
    system.sleep(pause);
  }
}

}  // namespace

std::string interface_of(const Call& call) {
  const bool chained_single = call.conf.pairing == NetkitPairing::single && call.conf.prev_result;
  return chained_single ? call.conf.interface : call.environment.ifname;
}

std::optional<attachment::Attachment> find_attachment(const Call& call) {
  const attachment::AttachmentStore store(call.conf.state_directory);
  for (const auto& interface : {interface_of(call), call.conf.interface, call.environment.ifname}) {
    auto record = store.find(call.environment.container_id, interface);
    const bool ours = record && record->network == call.conf.name &&
                      record->ifname == call.environment.ifname && record->pairing == call.conf.pairing;
    if (ours) return record;
  }
  return std::nullopt;
}

std::optional<Ipam> ipam_of(const Call& call) {
  if (!call.conf.ipam_type) return std::nullopt;
  return std::make_optional<Ipam>(call.system, *call.conf.ipam_type, call.conf.text, call.environment.path);
}

IpamSubject ipam_subject(const attachment::Attachment& attachment) {
  return {attachment.container_id, attachment.netns, attachment.interface};
}

void delete_netkit(const Call& call, const attachment::Attachment& attachment) {
  if (attachment.pairing == NetkitPairing::pair) {
    auto& host = call.system.host();
    const auto primary = find_netkit(host, attachment.host_ifindex, attachment.host_interface);
    if (primary) kernel::Links(host.route()).dellink(*primary);
    return;
  }
  const auto pod = call.system.open_netns(attachment.netns);
  if (!pod || pod->cookie() != attachment.netns_cookie) return;  // it took its devices with it
  const auto netkit = find_netkit(*pod, attachment.interface_ifindex, attachment.interface);
  if (!netkit) return;
  await_end_of_bindings(call, *pod, attachment, *netkit);
  kernel::Links(pod->route()).dellink(*netkit);
}

void release(const Call& call, const attachment::Attachment& attachment) {
  // First, so that nothing is steered to a queue that is somebody else's the next moment.
  unsteer(call, attachment);
  // While the queue is still leased nobody else can have written its file.
  for (const auto& device : attachment.devices) {
    attachment::remove_lease_file(call.conf.state_directory, device.id, attachment.container_id);
  }
  delete_netkit(call, attachment);
  const attachment::AttachmentStore store(call.conf.state_directory);
  if (const auto ipam = ipam_of(call)) {
    await_interrupted_add(call.system, store, attachment);
    ipam->del(ipam_subject(attachment));
  }
  store.remove(attachment);
}

}  // namespace rxlease::cni
