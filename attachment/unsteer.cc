// SPDX-License-Identifier: Apache-2.0
#include "attachment/unsteer.h"

#include <algorithm>
#include <cerrno>

#include "attachment/error.h"
#include "kernel/error.h"
#include "kernel/ethtool/flow_rules.h"

namespace rxlease::attachment {

namespace {

bool leases(const Attachment& record, std::uint32_t queue) {
  return std::ranges::any_of(record.devices,
                             [&](const AttachedDevice& device) { return device.id.queue == queue; });
}

bool remove_rules(const kernel::FlowRules& table, const Steering& steering) {
  bool removed = false;
  for (const auto& [location, rule] : table.list()) {
    if (steering.has(location, rule)) removed |= table.remove(location);
  }
  return removed;
}

bool delete_context(kernel::Namespace& host, std::uint32_t ifindex, const Attachment& record) {
  const auto contexts = kernel::RssContexts::open(host.generic());
  if (!contexts || !has_own_context(record, contexts->rss_get_dump(ifindex))) return false;
  return contexts->rss_delete_act(ifindex, *record.steering->target.rss_context);
}

}  // namespace

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
    bool removed = remove_rules({host, nic->ifname}, *steering);
    if (steering->target.rss_context) removed |= delete_context(host, nic->ifindex, record);
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
