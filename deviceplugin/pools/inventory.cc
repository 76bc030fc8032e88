// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/inventory.h"

#include <algorithm>
#include <map>
#include <set>

#include "deviceplugin/config/words.h"
#include "deviceplugin/pools/health.h"

namespace rxlease::deviceplugin::pools {

namespace {

std::vector<kernel::NicDetails> selected(const config::Pool& pool, const std::vector<nic::NicState>& nics) {
  std::vector<kernel::NicDetails> list;
  for (const auto& nic : nics) {
    if (selects(pool.selectors, nic.details)) list.push_back(nic.details);
  }
  return list;
}

// The records read after the kernel explain the leases that an ADD has just made, since ADD writes the record
// first. Those read before explain the leases that a DEL is ending.
std::vector<attachment::Attachment> merge(std::vector<attachment::Attachment> after,
                                          const std::vector<attachment::Attachment>& before) {
  for (const auto& earlier : before) {
    const bool still_there = std::ranges::any_of(after, [&](const auto& attachment) {
      return attachment.container_id == earlier.container_id && attachment.interface == earlier.interface;
    });
    if (!still_there) after.push_back(earlier);
  }
  return after;
}

std::string exclusion(const std::string& nic, const config::Pool& first) {
  return nic + " is in use by pool " + first.name + ", whose use is \"" +
         std::string(config::word_for(config::pool_use_words, first.use)) +
         "\": a NIC does either AF_XDP or memory providers";
}

}  // namespace

Snapshot Inventory::scan(const config::Config& config) {
  Snapshot snapshot;
  const auto before = store_.list();
  snapshot.nics = scanner_.scan([&](const kernel::NicDetails& nic) {
    return purpose_ == Purpose::show ||
           std::ranges::any_of(config.pools, [&](const auto& pool) { return selects(pool.selectors, nic); });
  });
  auto after = store_.list();
  snapshot.attachments = merge(std::move(after.attachments), before.attachments);
  snapshot.unreadable_records = std::move(after.unreadable);
  snapshot.of_earlier_boots = std::move(after.of_earlier_boots);

  auto& verdicts = snapshot.verdicts;
  std::set<kernel::DeviceId> claimed;
  std::map<std::string, const config::Pool*> first_pools;  // by NIC
  for (const auto& pool : config.pools) {
    PoolState state;
    state.name = pool.name;
    state.resource = config.resource_of(pool);
    state.use = pool.use;
    state.topology = pool.topology;
    std::set<std::string> of_another_use;
    const auto chosen = selection_.choose(pool, selected(pool, snapshot.nics));
    for (const auto& id : chosen) {
      const auto& first = *first_pools.emplace(id.nic, &pool).first->second;
      if (first.use != pool.use) {
        if (of_another_use.insert(id.nic).second) verdicts.about_pool(pool.name, exclusion(id.nic, first));
      } else if (claimed.insert(id).second) {
        const auto* nic = nic::find_nic(snapshot.nics, id.nic);
        const auto& queue = state.devices.emplace_back(observe(id, nic, snapshot.attachments));
        if (auto trouble = trouble_of(queue, nic); !trouble.empty()) {
          verdicts.against_queue(id, std::move(trouble));
        }
      } else {
        verdicts.about_pool(pool.name, "device " + id.to_string() + " belongs to an earlier pool already");
      }
    }
    if (chosen.empty()) verdicts.about_pool(pool.name, "no NIC of this node matches its selectors");
    snapshot.pools.push_back(std::move(state));
  }
  return snapshot;
}

}  // namespace rxlease::deviceplugin::pools
