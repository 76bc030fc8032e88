// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/demand.h"

#include <algorithm>

#include "deviceplugin/pools/selection.h"

namespace rxlease::deviceplugin::prepare {

namespace {

std::set<std::uint32_t> queues_of(const std::string& pool, const kernel::Nic& nic,
                                  const std::vector<pools::PoolState>& states) {
  std::set<std::uint32_t> queues;
  for (const auto& state : states) {
    if (state.name != pool) continue;
    for (const auto& device : state.devices) {
      // A queue that a pod has since before its NIC got its present name bears the earlier name.
      if (device.id.nic == nic.name || device.ifname == nic.ifname) queues.insert(device.id.queue);
    }
  }
  return queues;
}

}  // namespace

PooledDemand demand_of(const config::Config& config, const std::vector<pools::PoolState>& states,
                       const kernel::NicDetails& nic, bool xdp_refused) {
  PooledDemand all;
  std::string decided_by;
  for (const auto& pool : config.pools) {
    if (!pools::selects(pool.selectors, nic)) continue;
    if (pool.channels && all.demand.channels && pool.channels != all.demand.channels) {
      all.conflicts[pool.name] = "it wants " + std::to_string(*pool.channels) +
                                 " channels, and the earlier pool " + decided_by + " wants " +
                                 std::to_string(*all.demand.channels);
      continue;
    }
    NicDemand demand;
    demand.channels = pool.channels;
    demand.header_split = pool.header_split;
    if (pool.rss == config::Rss::exclude) demand.excluded = queues_of(pool.name, nic.nic, states);
    demand.xdp = xdp_refused && pool.use == config::PoolUse::af_xdp;
    if (demand.is_empty()) continue;
    if (demand.channels) {
      all.demand.channels = demand.channels;
      decided_by = pool.name;
    }
    all.demand.header_split = all.demand.header_split || demand.header_split;
    all.demand.xdp = all.demand.xdp || demand.xdp;
    all.demand.excluded.merge(demand.excluded);
    all.demand.repair = all.demand.repair || pool.repair;
    all.pools.insert(pool.name);
  }
  return all;
}

}  // namespace rxlease::deviceplugin::prepare
