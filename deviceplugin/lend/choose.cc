// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/lend/choose.h"

#include <algorithm>

#include "text/display.h"

namespace rxlease::deviceplugin::lend {

namespace {

using attachment::Attachment;
using kernel::DeviceId;
using pools::DeviceState;
using pools::PoolState;
using proto::NodeError;
using Kind = NodeError::Kind;
using Devices = std::vector<DeviceId>;

std::string names_of(const std::vector<const PoolState*>& pools) {
  std::string names;
  for (const auto* pool : pools) names += (names.empty() ? "" : ", ") + pool->name;
  return names.empty() ? "none" : names;
}

const PoolState& pool_for(const std::string& name, const View& view) {
  std::vector<const PoolState*> fitting;
  for (const auto& pool : view.pools) {
    if (pool.use == config::PoolUse::memory_provider) fitting.push_back(&pool);
  }
  if (name.empty()) {
    if (fitting.size() == 1) return *fitting.front();
    if (fitting.empty()) {
      throw NodeError(Kind::refused, "pool: the node has no pool for io_uring and devmem",
                      "add one to \"pools\" of the daemon's configuration");
    }
    throw NodeError(Kind::refused, "pool: the node has several pools for io_uring and devmem",
                    "name one of them: " + names_of(fitting));
  }
  const auto found = std::ranges::find(view.pools, name, &PoolState::name);
  if (found == view.pools.end()) {
    throw NodeError(Kind::refused, "pool: the node has no pool " + text::display(name),
                    "name one that it has: " + names_of(fitting));
  }
  if (found->use == config::PoolUse::memory_provider) return *found;
  throw NodeError(
      Kind::refused,
      "pool: " + name +
          " is for AF_XDP, whose queues reach a container only by a folder that is mounted "
          "when it starts",
      "ask for the queue in the pod's resources.limits, or name a pool for io_uring and devmem: " +
          names_of(fitting));
}

bool is_recorded(const DeviceId& id, const View& view) {
  return std::ranges::any_of(view.attachments, [&](const Attachment& attachment) {
    return std::ranges::any_of(attachment.devices, [&](const auto& device) {
      return device.id == id || device.in_container() == id;
    });
  });
}

bool is_allocated(const DeviceId& id, const View& view) {
  return view.allocations && view.allocations->contains(id.to_string());
}

std::map<std::string, Devices> free_by_nic(const PoolState& pool, const View& view) {
  std::map<std::string, Devices> nics;
  for (const DeviceState& device : pool.devices) {
    const bool is_free = device.healthy && device.occupancy == pools::Occupancy::free &&
                         !device.is_leftover && !is_recorded(device.id, view) &&
                         !is_allocated(device.id, view);
    if (is_free) nics[device.id.nic].push_back(device.id);
  }
  return nics;
}

// The NIC of the pod's queues in this pool; empty: it has none there.
std::string own_nic(const PoolState& pool, const std::vector<Attachment>& of_pod) {
  for (const auto& attachment : of_pod) {
    for (const auto& device : attachment.devices) {
      if (pool.find(device.id) != nullptr) return device.id.nic;
    }
  }
  return "";
}

}  // namespace

std::vector<Attachment> attachments_of(const proto::AddLeaseQuestion& question, const View& view) {
  std::vector<Attachment> found;
  for (const auto& attachment : view.attachments) {
    const bool is_pods =
        attachment.pod_namespace == question.pod_namespace && attachment.pod_name == question.pod_name;
    const bool is_made = attachment.add_duration && !attachment.ending;
    if (is_pods && is_made) found.push_back(attachment);
  }
  if (std::ranges::any_of(found, [](const auto& attachment) { return !attachment.lent; })) return found;
  throw NodeError(
      Kind::refused,
      "pod " + text::display(question.pod_namespace + "/" + question.pod_name) +
          " has no attachment of rxlease on this node",
      "`rxleasectl show pods` lists the pods that have one; give the pod a network of rxlease first");
}

std::vector<DeviceId> choose_devices(const proto::AddLeaseQuestion& question, const View& view,
                                     const std::vector<Attachment>& of_pod) {
  const auto& pool = pool_for(question.pool, view);
  if (!view.allocations) {
    throw NodeError(Kind::try_again_later, "kubelet does not tell which queues it has allocated",
                    "see whether kubelet runs, and try again");
  }
  auto nics = free_by_nic(pool, view);
  const auto own = own_nic(pool, of_pod);
  auto best = std::ranges::max_element(nics, {}, [](const auto& nic) { return nic.second.size(); });
  if (!own.empty()) best = nics.find(own);
  const auto free = best == nics.end() ? 0 : best->second.size();
  if (free < question.queues) {
    throw NodeError(Kind::refused,
                    "queues: pool " + pool.name + " has " + std::to_string(free) + " free" +
                        (own.empty() ? " of one NIC" : " of the pod's NIC " + own) + ", not " +
                        std::to_string(question.queues),
                    "ask for fewer, or free some: `rxleasectl show queues` says who has them");
  }
  return {best->second.begin(), best->second.begin() + static_cast<std::ptrdiff_t>(question.queues)};
}

bool is_taken(const std::vector<DeviceId>& devices, const View& view) {
  return !view.allocations || std::ranges::any_of(devices, [&](const auto& id) {
    return is_recorded(id, view) || is_allocated(id, view);
  });
}

}  // namespace rxlease::deviceplugin::lend
