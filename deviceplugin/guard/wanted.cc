// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/wanted.h"

#include <set>

namespace rxlease::deviceplugin::guard {

namespace {

bool is_unused(const nic::NicState& nic, std::uint32_t queue) {
  if (queue >= nic.details.rx_queues) return false;
  const auto* state = nic::find_queue(nic, queue);
  if (state == nullptr) return !nic.up;
  return !state->lease && !state->af_xdp && !state->memory_provider;
}

std::set<kernel::DeviceId> recorded_devices(const pools::Snapshot& snapshot) {
  std::set<kernel::DeviceId> devices;
  for (const auto& attachment : snapshot.attachments) {
    for (const auto& device : attachment.devices) devices.insert(device.id);
  }
  return devices;
}

// The pools' queues, or all of the NICs that have such.
std::set<kernel::DeviceId> candidates(config::Guard policy, const pools::Snapshot& snapshot) {
  std::set<kernel::DeviceId> devices;
  if (policy == config::Guard::off) return devices;
  for (const auto& pool : snapshot.pools) {
    for (const auto& device : pool.devices) devices.insert(device.id);
  }
  if (policy == config::Guard::pool) return devices;
  std::set<std::string> nics;
  for (const auto& device : devices) nics.insert(device.nic);
  for (const auto& nic : snapshot.nics) {
    const auto& name = nic.details.nic.name;
    if (!nics.contains(name)) continue;
    for (std::uint32_t queue = 0; queue < nic.details.rx_queues; ++queue) devices.insert({name, queue});
  }
  return devices;
}

}  // namespace

Wanted wanted_queues(config::Guard policy, const pools::Snapshot& snapshot,
                     const std::function<bool(const kernel::DeviceId&)>& has_lease_file) {
  const auto recorded = recorded_devices(snapshot);
  Wanted wanted;
  for (const auto& device : candidates(policy, snapshot)) {
    if (recorded.contains(device)) continue;
    if (!snapshot.unreadable_records.empty() && has_lease_file(device)) continue;
    const auto* nic = nic::find_nic(snapshot.nics, device.nic);
    if (nic == nullptr || !nic->cannot_lease.empty()) continue;
    if (is_unused(*nic, device.queue)) {
      wanted.queues.emplace(QueueKey{nic->details.nic.ifindex, device.queue}, device);
    } else if (const auto* state = nic::find_queue(*nic, device.queue); state != nullptr && state->lease) {
      wanted.is_incomplete = true;
    }
  }
  return wanted;
}

}  // namespace rxlease::deviceplugin::guard
