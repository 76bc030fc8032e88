// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/put_back.h"

#include <algorithm>
#include <cerrno>

#include "attachment/nic/unsteer.h"
#include "kernel/error.h"
#include "kernel/ethtool/flow_rules.h"

namespace rxlease::attachment {

namespace {

using Rules = std::map<std::uint32_t, kernel::FlowRule>;

// A rule without a place is one that an ADD has not made yet, or never.
bool is_gone(const Steering& steering, const SteeredFlow& flow, const Rules& rules) {
  if (!flow.location) return false;
  const auto found = rules.find(*flow.location);
  return found == rules.end() || found->second != steering.rule_of(flow);
}

void make_context(kernel::Namespace& host, const Attachment& record) {
  const auto& steering = *record.steering;
  const auto contexts = kernel::RssContexts::open(host.generic());
  if (!contexts) return;
  const auto present = contexts->rss_get_dump(steering.ifindex);
  if (present.empty() || has_own_context(record, present)) return;
  std::vector<std::uint32_t> queues;
  queues.reserve(record.devices.size());
  for (const auto& device : record.devices) queues.push_back(device.id.queue);
  contexts->rss_create_act(steering.ifindex, *steering.target.rss_context,
                           kernel::Rss::spread(queues, present.front().queues().size()));
}

// Somebody else may have taken the flow meanwhile.
void refuse_taken(const kernel::FlowMatch& match, const Rules& rules, const Steering& steering) {
  for (const auto& [location, rule] : rules) {
    if (!rule.match.conflicts_with(match) || steering.has(location, rule)) continue;
    throw kernel::KernelError("flow rule " + match.to_string(), EEXIST,
                              "the rule at location " + std::to_string(location) + " has its packets");
  }
}

}  // namespace

bool lacks_rules(const Attachment& record, const Rules& rules) {
  const auto& steering = record.steering;
  return steering && std::ranges::any_of(steering->flows,
                                         [&](const auto& flow) { return is_gone(*steering, flow, rules); });
}

std::size_t put_back_rules(kernel::Namespace& host, const kernel::Nic& nic, const Attachment& record,
                           const AttachmentStore& store) {
  const auto lock = store.lock();
  auto stored = store.find(record.container_id, record.interface);
  if (!stored || stored->netns_cookie != record.netns_cookie || !stored->steering) return 0;
  auto& steering = *stored->steering;
  if (steering.ifindex != nic.ifindex) return 0;
  const kernel::FlowRules table(host, nic.ifname);
  const auto rules = table.list();
  std::size_t made = 0;
  for (auto& flow : steering.flows) {
    if (!is_gone(steering, flow, rules)) continue;
    refuse_taken(flow.match, rules, steering);
    if (made == 0 && steering.target.rss_context) make_context(host, *stored);
    flow.location = table.insert(steering.rule_of(flow));
    ++made;
    store.update(*stored);
  }
  return made;
}

}  // namespace rxlease::attachment
