// SPDX-License-Identifier: Apache-2.0
#include "attachment/lost.h"

#include <algorithm>

#include "attachment/netkit.h"
#include "attachment/record/error.h"
#include "attachment/record/lease_file.h"
#include "attachment/undo.h"
#include "kernel/ethtool/flow_rules.h"
#include "kernel/ethtool/rss_contexts.h"
#include "kernel/netlink/links.h"

namespace rxlease::attachment {

namespace {

using kernel::NetkitPairing;

std::string describe(const LostAttachment& lost) {
  return "container " + lost.container_id + ", interface " + lost.interface;
}

// The interface that leases one of the devices, by its ifindex in whatever namespace; 0 when the NICs show no
// lease.
std::uint32_t leasing_ifindex(const Site& site, const std::vector<AttachedDevice>& devices) {
  const auto netdev = kernel::Netdev::open(site.machine.host().generic());
  for (const auto& device : devices) {
    const auto nic = site.machine.find_nic(device.id.nic);
    const auto queue = nic && netdev ? netdev->queue_get(nic->ifindex, {device.id.queue}) : std::nullopt;
    if (queue && queue->lease && queue->lease->netns_id) return queue->lease->ifindex;
  }
  return 0;
}

// The record as far as it can be told. It has no boot id, so that the netkit must have the name.
Attachment reconstruct(const Site& site, const LostAttachment& lost) {
  Attachment record;
  record.container_id = lost.container_id;
  record.interface = lost.interface;
  record.netns = lost.netns;
  if (const auto pod = site.machine.open_netns(lost.netns)) record.netns_cookie = pod->cookie();
  record.host_interface = host_interface_name(lost.container_id, lost.interface);
  record.pairing = has_host_end(site.machine, lost) ? NetkitPairing::pair : NetkitPairing::single;
  for (const auto& lease : list_lease_files(site.state_directory, lost.container_id)) {
    if (lease.interface != lost.interface) continue;
    record.devices.push_back({*kernel::DeviceId::parse(lease.device), lease.queue});
  }
  if (record.pairing == NetkitPairing::single) {
    record.interface_ifindex = leasing_ifindex(site, record.devices);
  }
  return record;
}

bool has_device(const Attachment& record, const std::string& nic, std::uint32_t queue) {
  return std::ranges::any_of(record.devices, [&](const AttachedDevice& device) {
    return device.id == kernel::DeviceId{nic, queue};
  });
}

// The contexts, the NIC's own aside, that spread over the record's queues only.
std::vector<std::uint32_t> contexts_of(const Site& site, const kernel::Nic& nic, const Attachment& record) {
  std::vector<std::uint32_t> numbers;
  const auto contexts = kernel::RssContexts::open(site.machine.host().generic());
  if (!contexts) return numbers;
  for (const auto& context : contexts->rss_get_dump(nic.ifindex)) {
    const auto queues = context.queues();
    const bool only_ours = !queues.empty() && std::ranges::all_of(queues, [&](std::uint32_t queue) {
      return has_device(record, nic.name, queue);
    });
    if (context.context != 0 && only_ours) numbers.push_back(context.context);
  }
  return numbers;
}

[[noreturn]] void leave_undone(const LostAttachment& lost, const std::string& what,
                               const std::string& command) {
  throw Error(Fault::busy, Part::devices,
              what + " leads to the queues of " + describe(lost) +
                  ", whose record cannot be read: it may be a rule of this attachment or of somebody else",
              "nothing was undone: delete it (`" + command + "`), and call DEL again");
}

void require_unsteered(const Site& site, const LostAttachment& lost, const Attachment& record) {
  if (record.devices.empty()) return;
  const auto nic = site.machine.find_nic(record.devices.front().id.nic);
  if (!nic) return;
  const auto contexts = contexts_of(site, *nic, record);
  for (const auto& [location, rule] : kernel::FlowRules(site.machine.host(), nic->ifname).list()) {
    const auto& target = rule.target;
    const bool ours = target.rss_context ? std::ranges::find(contexts, *target.rss_context) != contexts.end()
                                         : has_device(record, nic->name, target.queue);
    if (!ours) continue;
    const auto number = std::to_string(location);
    leave_undone(lost, "the flow rule at location " + number + " of " + nic->ifname,
                 "ethtool -N " + nic->ifname + " delete " + number);
  }
  if (contexts.empty()) return;
  const auto number = std::to_string(contexts.front());
  leave_undone(lost, "RSS context " + number + " of " + nic->ifname,
               "ethtool -X " + nic->ifname + " context " + number + " delete");
}

}  // namespace

bool has_host_end(Machine& machine, const LostAttachment& lost) {
  const auto name = host_interface_name(lost.container_id, lost.interface);
  const auto link = kernel::Links(machine.host().route()).getlink(name);
  return link && link->netkit();
}

bool has_single(const Site& site, const LostAttachment& lost) {
  const auto pod = site.machine.open_netns(lost.netns);
  const auto link = pod ? kernel::Links(pod->route()).getlink(lost.interface) : std::nullopt;
  const auto netkit = link ? link->netkit() : std::nullopt;
  if (!netkit || netkit->pairing != NetkitPairing::single) return false;
  const auto listing = site.store().list();
  return listing.unreadable.empty() && std::ranges::none_of(listing.attachments, [&](const auto& other) {
           return other.interface == lost.interface && other.netns_cookie == pod->cookie();
         });
}

void undo_lost(const Site& site, const LostAttachment& lost, const LeaseTimeout& timeout) {
  const auto record = reconstruct(site, lost);
  require_unsteered(site, lost, record);
  undo(site, record, timeout);
}

}  // namespace rxlease::attachment
