// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/inventory.h"

#include <algorithm>
#include <set>

#include "deviceplugin/health.h"

namespace rxlease::deviceplugin {

namespace {

const NicState* find_nic(const std::vector<NicState>& nics, const std::string& name) {
  const auto found =
      std::find_if(nics.begin(), nics.end(), [&](const auto& nic) { return nic.details.nic.name == name; });
  return found == nics.end() ? nullptr : &*found;
}

std::vector<kernel::NicDetails> selected(const Pool& pool, const std::vector<NicState>& nics) {
  std::vector<kernel::NicDetails> list;
  for (const auto& nic : nics) {
    if (selects(pool.selectors, nic.details)) list.push_back(nic.details);
  }
  return list;
}

// The records read after the kernel explain the leases that an ADD has just made, since it writes first;
// those read before it explain what a DEL is taking back.
std::vector<proto::Attachment> merge(std::vector<proto::Attachment> after,
                                     const std::vector<proto::Attachment>& before) {
  for (const auto& earlier : before) {
    const bool still_there = std::any_of(after.begin(), after.end(), [&](const auto& attachment) {
      return attachment.container_id == earlier.container_id && attachment.interface == earlier.interface;
    });
    if (!still_there) after.push_back(earlier);
  }
  return after;
}

}  // namespace

Snapshot Inventory::look(const Config& config) {
  Snapshot snapshot;
  const auto before = store_.list();
  snapshot.nics = scanner_.scan([&](const kernel::NicDetails& nic) {
    return purpose_ == Purpose::show ||
           std::any_of(config.pools.begin(), config.pools.end(),
                       [&](const auto& pool) { return selects(pool.selectors, nic); });
  });
  auto after = store_.list();
  snapshot.attachments = merge(std::move(after.attachments), before.attachments);
  snapshot.unreadable_records = std::move(after.unreadable);

  std::set<kernel::DeviceId> claimed;
  for (const auto& pool : config.pools) {
    PoolState state;
    state.name = pool.name;
    state.resource = config.resource_of(pool);
    state.socket = config.socket_of(pool);
    state.topology = pool.topology;
    for (const auto& id : selection_.choose(pool, selected(pool, snapshot.nics))) {
      if (claimed.insert(id).second) {
        state.devices.push_back(judge(id, find_nic(snapshot.nics, id.nic), snapshot.attachments));
      } else {
        state.problems.push_back("device " + id.to_string() + " belongs to an earlier pool already");
      }
    }
    if (state.devices.empty()) state.problems.emplace_back("no NIC of this node matches its selectors");
    snapshot.pools.push_back(std::move(state));
  }
  return snapshot;
}

}  // namespace rxlease::deviceplugin
