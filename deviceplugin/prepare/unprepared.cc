// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/unprepared.h"

#include <cerrno>

#include "deviceplugin/nic/af_xdp_support.h"
#include "deviceplugin/prepare/plan/plan.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"

namespace rxlease::deviceplugin::prepare {

namespace {

// Empty when there is nothing to be done.
std::string left_to_do(const kernel::Ethtool& ethtool, const kernel::NicDetails& nic, const NicDemand& demand,
                       const NicJournal& journal) {
  try {
    const auto present = read_settings(ethtool, nic.nic.ifindex, nic.rx_queues);
    auto left = plan_nic(demand, journal, present);
    overlay(left.change, only(left.wished, left.foreign));
    return left.change.is_empty() ? "" : describe_change(present.settings, left.change);
  } catch (const kernel::KernelError& error) {
    if (error.error() == ENODEV) return "";
    throw;
  }
}

// Also if the NIC has gone meanwhile.
bool has_zero_copy(kernel::Transport& generic, std::uint32_t ifindex) {
  try {
    return nic::has_zero_copy_af_xdp(generic, ifindex);
  } catch (const kernel::KernelError& error) {
    if (error.error() == ENODEV) return true;
    throw;
  }
}

}  // namespace

pools::Verdicts unprepared(const config::Config& config, const pools::Snapshot& snapshot,
                           kernel::Transport& generic) {
  pools::Verdicts verdicts;
  const auto ethtool = kernel::Ethtool::open(generic);
  if (!ethtool) return verdicts;
  const auto journals = NicJournals(journals_directory(config.persistent_directory)).list().journals;
  for (const auto& nic : snapshot.nics) {
    const auto& name = nic.details.nic.name;
    const auto known = journals.find(name);
    const bool for_xdp = known != journals.end() && known->second.is_for_xdp();
    const auto pooled = demand_of(config, snapshot.pools, nic.details, for_xdp);
    for (const auto& [pool, why] : pooled.conflicts) verdicts.against_nic(name, pool, why);
    if (pooled.demand.is_empty() || !nic.cannot_lease.empty()) continue;
    const auto left = left_to_do(*ethtool, nic.details, pooled.demand,
                                 known == journals.end() ? NicJournal{} : known->second);
    if (left.empty()) continue;
    for (const auto& pool : pooled.pools) {
      verdicts.against_nic(name, pool, "its NIC is not prepared: " + left + " is left to be set");
    }
  }
  return verdicts;
}

pools::Verdicts without_af_xdp(const pools::Snapshot& snapshot, kernel::Transport& route,
                               kernel::Transport& generic) {
  pools::Verdicts verdicts;
  for (const auto& pool : snapshot.pools) {
    if (pool.use != config::PoolUse::af_xdp) continue;
    for (const auto& nic : snapshot.nics) {
      const auto link = kernel::Links(route).getlink(nic.details.nic.ifindex);
      if (!link) continue;
      if (link->has_xdp_program()) {
        if (has_zero_copy(generic, nic.details.nic.ifindex)) continue;
        verdicts.against_nic(nic.details.nic.name, pool.name, "its driver has AF_XDP with copies only");
        continue;
      }
      verdicts.against_nic(
          nic.details.nic.name, pool.name,
          "its NIC has no XDP program, which AF_XDP needs: the daemon attaches it, or its log "
          "says why it cannot");
    }
  }
  return verdicts;
}

}  // namespace rxlease::deviceplugin::prepare
