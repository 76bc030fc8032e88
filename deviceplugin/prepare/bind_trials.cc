// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/bind_trials.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>

#include "kernel/error.h"
#include "kernel/netlink/links.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using nic::Binding;

bool has_bound_queue(const nic::NicState& nic) {
  return std::ranges::any_of(nic.queues, [](const auto& entry) { return entry.second.memory_provider; });
}

bool is_recorded(const pools::Snapshot& snapshot, const kernel::DeviceId& id) {
  return std::ranges::any_of(snapshot.attachments, [&](const auto& attachment) {
    return std::ranges::any_of(attachment.devices, [&](const auto& device) { return device.id == id; });
  });
}

void tell(const kernel::Nic& nic, std::uint32_t queue, const nic::BindAnswer& answer) {
  const auto name = nic.name + " (" + nic.ifname + ")";
  if (answer.binding == Binding::works) {
    spdlog::info("NIC {}: memory can be bound to its queues, as was tried with queue {}", name, queue);
  } else if (answer.binding == Binding::unknown) {
    spdlog::warn("NIC {}: whether memory can be bound to its queues could not be tried: {}", name,
                 answer.why);
  }  // a refusal is a reason of the pools' queues
}

}  // namespace

pools::Verdicts BindTrials::apply(const pools::Snapshot& snapshot) {
  for (const auto& nic : snapshot.nics) {
    const bool serves =
        std::ranges::any_of(snapshot.pools, [&](const auto& pool) { return serves_memory(pool, nic); });
    if (serves && is_to_be_tried(nic.details.nic)) learn(snapshot, nic);
  }
  return refused_binds(snapshot, records_);
}

bool BindTrials::is_to_be_tried(const kernel::Nic& nic) const {
  const auto* known = records_.find(nic);
  if (known == nullptr) return true;
  const auto last = tried_.find(nic.name);
  return known->binding != Binding::works &&
         (last == tried_.end() || Clock::now() >= last->second + retry_interval);
}

void BindTrials::learn(const pools::Snapshot& snapshot, const nic::NicState& nic) {
  const auto& its = nic.details.nic;
  if (has_bound_queue(nic)) {
    records_.put(its, {Binding::works, ""});
    return;
  }
  const auto queue = choose(snapshot, nic);
  if (!queue) return;
  if (nic.queues.at(*queue).is_parked) let_go_of_(its.ifindex);
  auto answer = try_bind_(its, *queue);
  const auto* before = records_.find(its);
  if (before == nullptr || *before != answer) tell(its, *queue, answer);
  tried_[its.name] = Clock::now();
  records_.put(its, std::move(answer));
}

// nullopt also if the NIC has gone.
std::optional<std::uint32_t> BindTrials::choose(const pools::Snapshot& snapshot,
                                                const nic::NicState& nic) const {
  const auto& its = nic.details;
  try {
    const auto ethtool = kernel::Ethtool::open(host_.generic());
    const auto link = kernel::Links(host_.route()).getlink(its.nic.ifindex);
    if (!ethtool || !link || link->has_xdp_program()) return std::nullopt;  // a program keeps memory off
    return queue_to_try(snapshot, nic, read_settings(*ethtool, its.nic.ifindex, its.rx_queues).settings);
  } catch (const kernel::KernelError& error) {
    if (error.error() != ENODEV) throw;
    return std::nullopt;
  }
}

std::optional<std::uint32_t> queue_to_try(const pools::Snapshot& snapshot, const nic::NicState& nic,
                                          const NicSettings& settings) {
  const bool splits =
      settings.tcp_data_split == kernel::TcpDataSplit::enabled && settings.hds_thresh.value_or(0) == 0;
  if (!nic.cannot_lease.empty() || !splits || !settings.rss || settings.rss->empty()) return std::nullopt;
  for (const auto& pool : snapshot.pools) {
    if (pool.use != config::PoolUse::memory_provider) continue;
    for (const auto& device : pool.devices) {
      const auto queue = device.id.queue;
      if (device.id.nic != nic.details.nic.name || device.occupancy != pools::Occupancy::free) continue;
      if (std::ranges::find(*settings.rss, queue) != settings.rss->end()) continue;
      if (!is_recorded(snapshot, device.id)) return queue;
    }
  }
  return std::nullopt;
}

}  // namespace rxlease::deviceplugin::prepare
