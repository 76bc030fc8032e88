// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/reconcile/lost_rules.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "attachment/nic/put_back.h"
#include "attachment/nic/unsteer.h"
#include "kernel/error.h"
#include "kernel/ethtool/flow_rules.h"

namespace rxlease::deviceplugin::reconcile {

namespace {

bool is_steered_on(const attachment::Attachment& attachment, const kernel::Nic& nic) {
  return attachment.steering && attachment.steering->nic == nic.name &&
         attachment.steering->ifindex == nic.ifindex;
}

}  // namespace

void LostRules::put_back(const pools::Snapshot& snapshot) {
  for (const auto& nic : snapshot.nics) {
    const auto& name = nic.details.nic.name;
    const bool has_any = std::ranges::any_of(snapshot.attachments, [&](const auto& attachment) {
      return is_steered_on(attachment, nic.details.nic);
    });
    if (!has_any) continue;
    try {
      put_back(nic, snapshot);
      failures_.erase(name);
    } catch (const kernel::KernelError& error) {
      if (error.error() != ENODEV) fail(name, error.what());
    }
  }
}

void LostRules::put_back(const nic::NicState& nic, const pools::Snapshot& snapshot) {
  const auto& id = nic.details.nic;
  const auto rules = kernel::FlowRules(host_, id.ifname).list();
  for (const auto& attachment : snapshot.attachments) {
    if (!is_steered_on(attachment, id) || !attachment::lacks_rules(attachment, rules)) continue;
    if (!attachment::may_have_namespace(attachment)) continue;  // its rules are to go
    const auto whose = attachment.describe_owner();
    try {
      const auto made =
          attachment::put_back_rules(host_, id, attachment, attachment::AttachmentStore(state_directory_));
      failures_.erase(whose);
      if (made == 0) continue;
      metrics_.rules_put_back.Increment(static_cast<double>(made));
      spdlog::warn(
          "NIC {} ({}) had lost {} flow rules of {}; they are put back. Meanwhile its streams were copied",
          id.name, id.ifname, made, whose);
    } catch (const kernel::KernelError& error) {
      fail(whose, error.what());
    }
  }
}

void LostRules::fail(const std::string& whose, const std::string& why) {
  if (std::exchange(failures_[whose], why) == why) return;
  spdlog::error(
      "the flow rules of {} are gone from their NIC, and cannot be put back: {}; the daemon tries again",
      whose, why);
}

}  // namespace rxlease::deviceplugin::reconcile
