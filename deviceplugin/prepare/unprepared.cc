// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/unprepared.h"

#include <cerrno>

#include "deviceplugin/prepare/plan.h"
#include "kernel/error.h"

namespace rxlease::deviceplugin::prepare {

namespace {

// Empty when there is nothing to be done.
std::string left_to_do(const kernel::Ethtool& ethtool, const kernel::NicDetails& nic, const NicDemand& demand,
                       const NicNote& note) {
  try {
    const auto present = read_settings(ethtool, nic.nic.ifindex, nic.rx_queues);
    auto left = plan_nic(demand, note, present);
    overlay(left.change, only(left.wished, left.foreign));
    return left.change.is_empty() ? "" : describe_change(present.settings, left.change);
  } catch (const kernel::KernelError& error) {
    if (error.error() == ENODEV) return "";
    throw;
  }
}

}  // namespace

void NicTroubles::judge(std::vector<pools::PoolState>& pools) const {
  for (auto& pool : pools) {
    for (auto& device : pool.devices) {
      const auto found = reasons_.find({device.id.nic, pool.name});
      if (found == reasons_.end() || !device.healthy) continue;
      device.healthy = false;
      device.reason = found->second;
    }
  }
}

NicTroubles troubles_seen(const config::Config& config, const pools::Snapshot& snapshot,
                          kernel::Transport& generic) {
  NicTroubles troubles;
  const auto ethtool = kernel::Ethtool::open(generic);
  if (!ethtool) return troubles;
  const auto notes = NicNotes(notes_directory(config.persistent_directory)).list().notes;
  for (const auto& nic : snapshot.nics) {
    const auto pooled = demand_of(config, snapshot.pools, nic.details);
    const auto& name = nic.details.nic.name;
    for (const auto& [pool, why] : pooled.conflicts) troubles.add(name, {pool}, why);
    if (pooled.demand.is_empty() || !nic.cannot_lease.empty()) continue;
    const auto known = notes.find(name);
    const auto left =
        left_to_do(*ethtool, nic.details, pooled.demand, known == notes.end() ? NicNote{} : known->second);
    if (!left.empty())
      troubles.add(name, pooled.pools, "its NIC is not prepared: " + left + " is left to be set");
  }
  return troubles;
}

}  // namespace rxlease::deviceplugin::prepare
