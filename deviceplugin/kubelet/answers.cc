// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/answers.h"

#include <algorithm>
#include <set>

#include "deviceplugin/allocate/preferred_allocation.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

using kernel::DeviceId;

using Ids = google::protobuf::RepeatedPtrField<std::string>;

// A kubelet that lost its checkpoint offers queues that pods still have. A queue of an earlier choice should
// leave the pool.
bool is_free(const pools::DeviceState& device) {
  using pools::Occupancy;
  const bool is_used = device.occupancy != Occupancy::free && device.occupancy != Occupancy::unknown;
  return !is_used && !device.is_leftover;
}

// The pool's queues among these, in the pool's order; what names none of them is passed over.
std::vector<allocate::Candidate> candidates(const pools::PoolState& pool, const Ids& ids) {
  std::set<DeviceId> named;
  for (const auto& text : ids) {
    if (const auto id = DeviceId::parse(text)) named.insert(*id);
  }
  std::vector<allocate::Candidate> list;
  for (const auto& device : pool.devices) {
    if (named.contains(device.id)) list.push_back({device.id, device.numa_node, is_free(device)});
  }
  return list;
}

std::vector<DeviceId> known_ids(const pools::PoolState& pool, const Ids& ids) {
  std::vector<DeviceId> known;
  for (const auto& candidate : candidates(pool, ids)) known.push_back(candidate.id);
  return known;
}

}  // namespace

v1beta1::ListAndWatchResponse to_response(const pools::PoolState& pool) {
  v1beta1::ListAndWatchResponse response;
  for (const auto& state : pool.devices) {
    auto* device = response.add_devices();
    device->set_id(state.id.to_string());
    device->set_health(state.healthy ? "Healthy" : "Unhealthy");
    if (pool.topology && state.numa_node) device->mutable_topology()->add_nodes()->set_id(*state.numa_node);
  }
  return response;
}

v1beta1::AllocateResponse allocate_all(allocate::Allocator& allocator, const pools::PoolState& pool,
                                       const v1beta1::AllocateRequest& request) {
  std::vector<allocate::Allocator::Ids> containers;
  for (const auto& container : request.container_requests()) {
    containers.emplace_back(container.devices_ids().begin(), container.devices_ids().end());
  }
  v1beta1::AllocateResponse response;
  for (const auto& allocation : allocator.allocate(pool, containers)) {
    auto* answer = response.add_container_responses();
    (*answer->mutable_envs())[allocation.variable] = allocation.value;
    for (const auto& mount : allocation.mounts) {
      auto* added = answer->add_mounts();
      added->set_host_path(mount.host_path);
      added->set_container_path(mount.container_path);
      added->set_read_only(true);
    }
  }
  return response;
}

v1beta1::PreferredAllocationResponse prefer_all(const pools::PoolState& pool,
                                                const v1beta1::PreferredAllocationRequest& request) {
  v1beta1::PreferredAllocationResponse response;
  for (const auto& container : request.container_requests()) {
    const auto size = static_cast<std::size_t>(std::max(0, container.allocation_size()));
    auto* answer = response.add_container_responses();
    for (const auto& id : allocate::prefer(candidates(pool, container.available_deviceids()),
                                           known_ids(pool, container.must_include_deviceids()), size)) {
      answer->add_deviceids(id.to_string());
    }
  }
  return response;
}

}  // namespace rxlease::deviceplugin::kubelet
