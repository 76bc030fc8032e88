// SPDX-License-Identifier: Apache-2.0
#include "attachment/leasing.h"

#include <algorithm>
#include <cerrno>

#include "attachment/record/error.h"
#include "attachment/record/lease_file.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/nsids.h"

namespace rxlease::attachment {

namespace {

using kernel::DeviceId;
using kernel::KernelError;
using kernel::QueueType;
using std::chrono::milliseconds;

// Between two attempts: an eighth of what was waited for already. The daemon's guard lets go within a few
// milliseconds, a namespace that ends takes tens.
constexpr milliseconds shortest_pause{1};
constexpr milliseconds longest_pause{50};

// Whether the lease can be the record's: every namespace has that ifindex, so the namespace counts, too,
// while its path leads there.
bool can_be_of(Machine& machine, const Attachment& record, const kernel::Lease& lease) {
  if (record.interface_ifindex != lease.ifindex) return false;
  const auto pod = machine.open_netns(record.netns);
  if (!pod || pod->cookie() != record.netns_cookie) return true;
  return kernel::NsIds(machine.host().route()).getnsid(pod->fd()) == lease.netns_id;
}

// Who has the queue, as far as the records and the kernel tell.
std::string describe_holder(const Site& site, const kernel::Nic& nic, const DeviceId& device) {
  const auto queue = require_queue_create(site.machine.host()).queue_get(nic.ifindex, {device.queue});
  for (const auto& other : site.store().list().attachments) {
    const auto holds = [&](const AttachedDevice& attached) {
      return attached.id == device && attached.queue.has_value();
    };
    const bool is_contradicted = queue && queue->lease && !can_be_of(site.machine, other, *queue->lease);
    if (std::ranges::any_of(other.devices, holds) && !is_contradicted) return other.describe_owner();
  }
  if (!queue) return "someone unknown to rxlease (while the NIC is down the kernel does not tell)";
  if (queue->lease) {
    const auto netns = queue->lease->netns_id;
    return "a device that rxlease did not make, ifindex " + std::to_string(queue->lease->ifindex) +
           (netns ? " in the network namespace with id " + std::to_string(*netns)
                  : " in the host's namespace");
  }
  if (queue->xsk) return "an AF_XDP socket in the host's namespace";
  if (queue->io_uring || queue->dmabuf) {
    return "a memory provider (io_uring or devmem) in the host's namespace";
  }
  return "someone whom the kernel does not name";
}

// 0 when the NIC is down: it tells nothing then.
std::size_t count_rx_queues(Machine& machine, const kernel::Nic& nic) {
  const auto queues = require_queue_create(machine.host()).queue_get_dump(nic.ifindex);
  return static_cast<std::size_t>(
      std::ranges::count_if(queues, [](const auto& queue) { return queue.type == QueueType::rx; }));
}

[[noreturn]] void explain(const KernelError& error, const Site& site, const LeaseSpec& spec,
                          const DeviceId& device) {
  const auto& nic = spec.nic;
  const auto subject = "device " + device.to_string();
  switch (error.error()) {
    case EBUSY:
      throw Error(Fault::busy, Part::devices,
                  subject + " is taken by " + describe_holder(site, nic, device) + ": " + error.what(),
                  "it was waited for " + std::to_string(spec.timeout.limit.count()) + " ms (\"" +
                      spec.timeout.setting + "\"); try again when its holder is gone, or use another queue");
    case ERANGE: {
      const auto count = count_rx_queues(site.machine, nic);
      throw Error(Fault::invalid, Part::devices,
                  subject + ": NIC " + nic.ifname + " has no receive queue " + std::to_string(device.queue),
                  (count != 0 ? "it has " + std::to_string(count) + "; " : "") +
                      "use a lower one, or raise the NIC's channels (ethtool -L)");
    }
    case EINVAL:
      throw Error(Fault::invalid, Part::devices,
                  subject + ": NIC " + nic.ifname + " cannot lease: " + error.what(),
                  "use a NIC whose driver has queue management operations: mlx5_core, bnxt_en, gve, fbnic");
    case EPERM:
      throw Error(Fault::kernel, Part::devices, subject + ": " + error.what(),
                  "leasing needs CAP_NET_ADMIN in the initial user namespace");
    case ENODEV:
      throw Error(Fault::busy, Part::devices, subject + ": NIC " + nic.ifname + " went away: " + error.what(),
                  "plug the NIC back in, or use another");
    default:
      throw Error(Fault::kernel, Part::devices, subject + ": " + error.what(), "see the kernel's log");
  }
}

// The queue-creates of one namespace, each with its wait for a queue that is taken.
class Leasing {
 public:
  Leasing(Machine& machine, kernel::Namespace& pod, milliseconds timeout)
      : machine_(machine), netdev_(require_queue_create(pod)), timeout_(timeout) {}

  std::uint32_t lease(std::uint32_t ifindex, const kernel::Lease& queue) const {
    const auto began = machine_.now();
    for (;;) {
      const auto waited = std::chrono::duration_cast<milliseconds>(machine_.now() - began);
      const auto pause = std::clamp(waited / 8, shortest_pause, longest_pause);
      try {
        return netdev_.queue_create(ifindex, queue);
      } catch (const KernelError& error) {
        if (error.error() != EBUSY || waited + pause > timeout_) throw;
      }
      machine_.sleep(pause);
    }
  }

 private:
  Machine& machine_;
  kernel::Netdev netdev_;
  milliseconds timeout_;
};

}  // namespace

kernel::Nic require_nic(Machine& machine, const DeviceId& device) {
  auto nic = machine.find_nic(device.nic);
  if (!nic) {
    throw Error(
        Fault::not_found, Part::devices,
        "device " + device.to_string() + ": this node has no NIC " + device.nic,
        "use <parent device>[.<phys_port_name>][.d<dev_port>]-rx<queue> of a NIC in the host's network "
        "namespace; `ip -d link` shows parentdev and portname");
  }
  return *nic;
}

kernel::Netdev require_queue_create(kernel::Namespace& netns) {
  auto netdev = kernel::Netdev::open(netns.generic());
  if (!netdev || !netdev->has_op(kernel::NetdevOp::queue_create)) {
    throw Error(Fault::unsupported, Part::devices,
                "this kernel cannot lease queues: its netdev family has no queue-create",
                "boot Linux 7.1 or later");
  }
  return *netdev;
}

void lease_queues(const Site& site, kernel::Namespace& pod, const LeaseSpec& spec, Attachment& record) {
  const Leasing leasing(site.machine, pod, spec.timeout.limit);
  const auto host_nsid = kernel::NsIds(pod.route()).ensure_nsid(site.machine.host().fd());
  for (auto& device : record.devices) {
    try {
      device.queue =
          leasing.lease(record.interface_ifindex,
                        {.ifindex = spec.nic.ifindex, .queue = {device.id.queue}, .netns_id = host_nsid});
    } catch (const KernelError& error) {
      explain(error, site, spec, device.id);
    }
  }
}

void write_lease_files(const Site& site, const kernel::Nic& nic, const Attachment& record) {
  const bool single = record.pairing == kernel::NetkitPairing::single;
  for (const auto& device : record.devices) {
    write_lease_file(site.state_directory, {.device = device.in_container().to_string(),
                                            .interface = record.interface,
                                            .queue = device.queue.value_or(0),
                                            .physical_device = nic.ifname,
                                            .physical_queue = device.id.queue,
                                            .mode = single ? "single" : "pair",
                                            .container_id = record.container_id,
                                            .generation = record.generation,
                                            .stand_in = device.allocated ? device.id.to_string() : ""});
  }
}

bool is_leased(Machine& machine, kernel::Namespace& pod, const Attachment& record,
               const AttachedDevice& device) {
  const auto nic = machine.find_nic(device.id.nic);
  if (!nic || !device.queue) return false;
  auto& host = machine.host();
  const auto link = kernel::Links(host.route()).getlink(nic->ifindex);
  const bool nic_tells = link && link->is_up();
  const auto netdev = kernel::Netdev::open(nic_tells ? host.generic() : pod.generic());
  if (!netdev) return false;
  if (!nic_tells) return netdev->queue_get(record.interface_ifindex, {*device.queue}).has_value();
  const auto queue = netdev->queue_get(nic->ifindex, {device.id.queue});
  return queue && queue->lease && queue->lease->ifindex == record.interface_ifindex &&
         queue->lease->queue.id == device.queue &&
         queue->lease->netns_id == kernel::NsIds(host.route()).getnsid(pod.fd());
}

}  // namespace rxlease::attachment
