// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/overview.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "deviceplugin/pools/health.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using attachment::Attachment;
using kernel::DeviceId;
using nic::NicState;
using pools::Occupancy;
using pools::Snapshot;

Owner owner_of(const Attachment& attachment) {
  return {.pod_namespace = attachment.pod_namespace,
          .pod_name = attachment.pod_name,
          .pod_uid = attachment.pod_uid,
          .container_id = attachment.container_id,
          .interface = attachment.interface,
          .netns = attachment.netns};
}

std::map<DeviceId, std::string> pools_by_device(const Snapshot& snapshot) {
  std::map<DeviceId, std::string> pools;
  for (const auto& pool : snapshot.pools) {
    for (const auto& device : pool.devices) pools.emplace(device.id, pool.name);
  }
  return pools;
}

std::string link_of(const NicState& nic) {
  if (!nic.up) return "down";
  return nic.carrier ? "up" : "no carrier";
}

const Attachment* explanation(const DeviceId& id, const kernel::Lease& lease, const Snapshot& snapshot) {
  return pools::explanation(id, lease, snapshot.attachments, snapshot.namespaces);
}

bool is_foreign(const DeviceId& id, const kernel::Lease& lease, const Snapshot& snapshot) {
  return explanation(id, lease, snapshot) == nullptr;
}

// The pod that has the network namespace of a foreign lease.
std::optional<Owner> taker_of(const kernel::Lease& lease, const Snapshot& snapshot) {
  const auto* neighbour = pools::neighbour(lease, snapshot.attachments, snapshot.namespaces);
  if (neighbour == nullptr) return std::nullopt;
  auto taker = owner_of(*neighbour);
  taker.interface.clear();  // it is not the one that leases
  return taker;
}

NicRow nic_row(const NicState& nic, const Snapshot& snapshot) {
  NicRow row{.details = nic.details, .link = link_of(nic), .cannot_lease = nic.cannot_lease, .pools = {}};
  for (const auto& pool : snapshot.pools) {
    const bool draws = std::ranges::any_of(
        pool.devices, [&](const auto& device) { return device.id.nic == nic.details.nic.name; });
    if (draws) row.pools.push_back(pool.name);
  }
  for (const auto& [queue, use] : nic.queues) {
    if (!use.lease) continue;
    ++row.leased;
    if (is_foreign({nic.details.nic.name, queue}, *use.lease, snapshot)) ++row.foreign;
  }
  return row;
}

std::vector<NicRow> nic_rows(const Snapshot& snapshot) {
  std::vector<NicRow> all;
  for (const auto& nic : snapshot.nics) all.push_back(nic_row(nic, snapshot));
  std::vector<NicRow> ours;
  std::ranges::copy_if(all, std::back_inserter(ours),
                       [](const NicRow& row) { return row.cannot_lease.empty() || !row.pools.empty(); });
  return ours.empty() ? all : ours;
}

PoolRow pool_row(const pools::PoolState& pool) {
  PoolRow row{.name = pool.name,
              .resource = pool.resource,
              .use = pool.use,
              .queues = pool.devices.size(),
              .problems = pool.problems};
  std::set<std::string> nics;
  for (const auto& device : pool.devices) {
    nics.insert(device.id.nic);
    if (device.occupancy == Occupancy::leased) ++row.leased;
    if (device.healthy) {
      ++row.healthy;
      if (device.occupancy == Occupancy::free) ++row.free;
    } else {
      ++row.unhealthy;
      ++row.unhealthy_reasons[device.reason];
    }
  }
  row.nics.assign(nics.begin(), nics.end());
  return row;
}

const kernel::Lease* lease_on(const NicState& nic, std::uint32_t queue) {
  const auto found = nic.queues.find(queue);
  return found != nic.queues.end() && found->second.lease ? &*found->second.lease : nullptr;
}

QueueRow queue_row(pools::DeviceState state, std::string pool, const NicState* nic,
                   const Snapshot& snapshot) {
  QueueRow row;
  row.state = std::move(state);
  row.pool = std::move(pool);
  const auto* lease = nic != nullptr ? lease_on(*nic, row.state.id.queue) : nullptr;
  if (lease == nullptr) return row;
  if (const auto* attachment = explanation(row.state.id, *lease, snapshot); attachment != nullptr) {
    row.owner = owner_of(*attachment);
  } else if (row.state.occupancy == Occupancy::foreign) {
    row.taker = taker_of(*lease, snapshot);
  }
  return row;
}

bool is_in_use(Occupancy occupancy) {
  return occupancy != Occupancy::free && occupancy != Occupancy::unknown;
}

std::vector<QueueRow> queue_rows(const Snapshot& snapshot, const std::vector<NicRow>& nics) {
  std::map<DeviceId, QueueRow> rows;  // unplugged NICs' queues too
  std::map<std::string, const NicState*> states;
  for (const auto& nic : snapshot.nics) states.emplace(nic.details.nic.name, &nic);
  const auto state_of = [&](const std::string& name) {
    const auto found = states.find(name);
    return found == states.end() ? nullptr : found->second;
  };
  for (const auto& pool : snapshot.pools) {
    for (const auto& device : pool.devices) {
      rows.emplace(device.id, queue_row(device, pool.name, state_of(device.id.nic), snapshot));
    }
  }
  for (const auto& nic : nics) {
    const auto* state = state_of(nic.details.nic.name);
    for (std::uint32_t queue = 0; queue < nic.details.rx_queues; ++queue) {
      const DeviceId id{nic.details.nic.name, queue};
      auto judged = pools::judge(id, state, snapshot.attachments, snapshot.namespaces);
      if (!snapshot.pools.empty() && !is_in_use(judged.occupancy)) continue;
      rows.emplace(id, queue_row(std::move(judged), "", state, snapshot));
    }
  }
  std::vector<QueueRow> list;
  list.reserve(rows.size());
  for (auto& [id, row] : rows) list.push_back(std::move(row));
  return list;
}

LeaseRow foreign_row(const DeviceId& id, const kernel::Lease& lease, const Snapshot& snapshot) {
  LeaseRow row;
  row.device = id.to_string();
  row.state = LeaseState::foreign;
  row.taker = taker_of(lease, snapshot);
  row.queue = lease.queue.id;
  row.ifindex = lease.ifindex;
  row.netns_id = lease.netns_id;
  return row;
}

LeaseRow own_row(const Attachment& attachment, const attachment::AttachedDevice& device) {
  LeaseRow row;
  row.device = device.id.to_string();
  row.owner = owner_of(attachment);
  row.network = attachment.network;
  row.pairing = attachment.pairing == kernel::NetkitPairing::pair ? "pair" : "single";
  if (attachment.steering) {
    for (const auto& flow : attachment.steering->flows) row.flows.push_back(flow.match.to_string());
  }
  row.queue = device.queue;
  row.lent = attachment.lent;
  row.trouble = attachment.trouble;
  if (attachment.interface_ifindex != 0) row.ifindex = attachment.interface_ifindex;
  return row;
}

// Every device of every record, and every lease that no record explains.
std::vector<LeaseRow> lease_rows(const Snapshot& snapshot) {
  std::vector<LeaseRow> rows;
  for (const auto& attachment : snapshot.attachments) {
    for (const auto& device : attachment.devices) rows.push_back(own_row(attachment, device));
  }
  for (const auto& nic : snapshot.nics) {
    for (const auto& [queue, use] : nic.queues) {
      if (!use.lease) continue;
      const DeviceId id{nic.details.nic.name, queue};
      const auto* attachment = explanation(id, *use.lease, snapshot);
      if (attachment == nullptr) {
        rows.push_back(foreign_row(id, *use.lease, snapshot));
        continue;
      }
      for (auto& row : rows) {
        const bool is_its_row = row.device == id.to_string() && row.owner &&
                                row.owner->container_id == attachment->container_id &&
                                row.owner->interface == attachment->interface;
        if (!is_its_row) continue;
        row.state = LeaseState::leased;
        row.queue = use.lease->queue.id;
        row.netns_id = use.lease->netns_id;
      }
    }
  }
  const auto pools = pools_by_device(snapshot);
  for (auto& row : rows) {
    const auto id = DeviceId::parse(row.device);
    const auto pool = id ? pools.find(*id) : pools.end();
    if (pool != pools.end()) row.pool = pool->second;
  }
  std::ranges::stable_sort(rows, [](const LeaseRow& a, const LeaseRow& b) {
    const auto x = DeviceId::parse(a.device);
    const auto y = DeviceId::parse(b.device);
    return std::tie(x, a.device) < std::tie(y, b.device);
  });
  return rows;
}

std::vector<PodRow> pod_rows(const Snapshot& snapshot) {
  std::map<std::tuple<std::string, std::string, std::string>, PodRow> pods;
  for (const auto& attachment : snapshot.attachments) {
    auto& pod = pods[{attachment.pod_namespace, attachment.pod_name, attachment.container_id}];
    pod.owner = owner_of(attachment);
    pod.interfaces.push_back(attachment.interface);
    for (const auto& device : attachment.devices) pod.devices.push_back(device.id.to_string());
  }
  std::vector<PodRow> rows;
  for (auto& [key, pod] : pods) {
    std::ranges::sort(pod.interfaces);
    std::ranges::sort(pod.devices);
    rows.push_back(std::move(pod));
  }
  return rows;
}

}  // namespace

std::string to_string(LeaseState state) {
  switch (state) {
    case LeaseState::leased:
      return "leased";
    case LeaseState::foreign:
      return "foreign";
    case LeaseState::recorded:
      break;
  }
  return "recorded";
}

Overview overview_of(const Snapshot& snapshot, bool kernel_leases) {
  Overview overview;
  overview.kernel_leases = kernel_leases;
  overview.configured = !snapshot.pools.empty();
  overview.nics = nic_rows(snapshot);
  for (const auto& pool : snapshot.pools) overview.pools.push_back(pool_row(pool));
  overview.queues = queue_rows(snapshot, overview.nics);
  overview.leases = lease_rows(snapshot);
  overview.pods = pod_rows(snapshot);
  overview.unreadable_records = snapshot.unreadable_records;
  return overview;
}

}  // namespace rxlease::deviceplugin::ctl
