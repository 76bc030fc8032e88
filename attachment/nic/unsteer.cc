// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/unsteer.h"

#include <algorithm>
#include <cerrno>

#include "attachment/record/error.h"
#include "kernel/error.h"
#include "kernel/ethtool/flow_rules.h"
#include "kernel/netlink/netns.h"

namespace rxlease::attachment {

namespace {

bool leases(const Attachment& record, std::uint32_t queue) {
  return std::ranges::any_of(record.devices,
                             [&](const AttachedDevice& device) { return device.id.queue == queue; });
}

// The steering of other attachments to the NIC, as long as their pods are there. A pod's new sandbox may have
// got the same rule at the same location, after the daemon or its ADD had removed that of the old sandbox.
std::vector<Steering> steering_of_others(const AttachmentStore& store, const Attachment& record) {
  std::vector<Steering> others;
  for (const auto& other : store.list().attachments) {
    const bool same = other.container_id == record.container_id && other.interface == record.interface;
    if (same || !other.steering || other.steering->nic != record.steering->nic) continue;
    if (may_have_namespace(other)) others.push_back(*other.steering);
  }
  return others;
}

bool remove_rules(const kernel::FlowRules& table, const Steering& steering,
                  const std::vector<Steering>& others) {
  bool removed = false;
  for (const auto& [location, rule] : table.list()) {
    const auto has_it = [&, at = location, &it = rule](const Steering& of) { return of.has(at, it); };
    if (has_it(steering) && std::ranges::none_of(others, has_it)) removed |= table.remove(location);
  }
  return removed;
}

bool delete_context(kernel::Namespace& host, const Attachment& record, const std::vector<Steering>& others) {
  const auto& steering = *record.steering;
  const auto has_it = [&](const Steering& of) {
    return of.target.rss_context == steering.target.rss_context;
  };
  if (std::ranges::any_of(others, has_it)) return false;
  const auto contexts = kernel::RssContexts::open(host.generic());
  if (!contexts || !has_own_context(record, contexts->rss_get_dump(steering.ifindex))) return false;
  return contexts->rss_delete_act(steering.ifindex, *steering.target.rss_context);
}

// Else the daemon would put back what the record still promises.
void forget_steering(const Attachment& record, const AttachmentStore& store) {
  auto stored = store.find(record.container_id, record.interface);
  if (!stored || stored->netns_cookie != record.netns_cookie || !stored->steering) return;
  stored->steering.reset();
  store.update(*stored);
}

}  // namespace

bool may_have_namespace(const Attachment& record) {
  try {
    auto netns = kernel::NetNs::open(record.netns);
    return netns && kernel::LinuxNamespace(std::move(*netns)).cookie() == record.netns_cookie;
  } catch (const kernel::KernelError&) {
    return true;
  }
}

bool has_own_context(const Attachment& record, const std::vector<kernel::Rss>& contexts) {
  return std::ranges::any_of(contexts, [&](const kernel::Rss& context) {
    const auto queues = context.queues();
    return context.context == record.steering->target.rss_context && !queues.empty() &&
           std::ranges::all_of(queues, [&](auto queue) { return leases(record, queue); });
  });
}

bool unsteer(kernel::Namespace& host, const std::optional<kernel::Nic>& nic, const Attachment& record,
             const AttachmentStore& store) {
  const auto& steering = record.steering;
  if (!steering || !record.is_of_this_boot()) return false;  // no rule outlives a reboot
  if (!nic || nic->ifindex != steering->ifindex) return false;
  const auto lock = store.lock();
  try {
    const auto others = steering_of_others(store, record);
    bool removed = remove_rules({host, nic->ifname}, *steering, others);
    if (steering->target.rss_context) removed |= delete_context(host, record, others);
    forget_steering(record, store);
    return removed;
  } catch (const kernel::KernelError& error) {
    if (error.error() == ENODEV) return false;  // it went away, and its rules with it
    throw;
  }
}

void unsteer(const Site& site, const Attachment& record) {
  if (!record.steering) return;
  const auto nic = site.machine.find_nic(record.steering->nic);
  try {
    unsteer(site.machine.host(), nic, record, site.store());
  } catch (const kernel::KernelError& error) {
    if (error.error() != EBUSY) throw;
    throw Error(Fault::busy, Part::devices,
                record.steering->target.to_string() + " of " + nic->ifname +
                    " is used by a flow rule that is not ours: " + error.what(),
                "delete that rule: `ethtool -n " + nic->ifname + "` lists it");
  }
}

}  // namespace rxlease::attachment
