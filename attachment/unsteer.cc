// SPDX-License-Identifier: Apache-2.0
#include "attachment/unsteer.h"

#include <algorithm>
#include <cerrno>

#include "kernel/error.h"
#include "kernel/flow_rules.h"

namespace rxlease::attachment {

namespace {

bool leases(const Attachment& attachment, std::uint32_t queue) {
  return std::ranges::any_of(attachment.devices,
                             [&](const AttachedDevice& device) { return device.id.queue == queue; });
}

bool remove_rules(const kernel::FlowRules& table, const Steering& steering) {
  bool removed = false;
  for (const auto& [location, rule] : table.list()) {
    if (steering.has(location, rule)) removed |= table.remove(location);
  }
  return removed;
}

bool delete_context(kernel::Namespace& host, std::uint32_t ifindex, const Attachment& attachment) {
  const auto contexts = kernel::RssContexts::open(host.generic());
  if (!contexts || !has_own_context(attachment, contexts->rss_get_dump(ifindex))) return false;
  return contexts->rss_delete_act(ifindex, *attachment.steering->target.rss_context);
}

}  // namespace

bool has_own_context(const Attachment& attachment, const std::vector<kernel::Rss>& contexts) {
  return std::any_of(contexts.begin(), contexts.end(), [&](const auto& context) {
    const auto queues = context.queues();
    return context.context == attachment.steering->target.rss_context && !queues.empty() &&
           std::all_of(queues.begin(), queues.end(), [&](auto queue) { return leases(attachment, queue); });
  });
}

bool unsteer(kernel::Namespace& host, const std::optional<kernel::Nic>& nic, const Attachment& attachment,
             const AttachmentStore& store) {
  const auto& steering = attachment.steering;
  if (!steering || !nic || nic->ifindex != steering->ifindex) return false;
  const auto lock = store.lock();
  try {
    bool removed = remove_rules({host, nic->ifname}, *steering);
    if (steering->target.rss_context) removed |= delete_context(host, nic->ifindex, attachment);
    return removed;
  } catch (const kernel::KernelError& error) {
    if (error.error() == ENODEV) return false;  // it went away, and its rules with it
    throw;
  }
}

}  // namespace rxlease::attachment
