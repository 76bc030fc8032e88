// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "kernel/device_id.h"

namespace rxlease::deviceplugin::pools {

// What a queue is used for. One that the guard has parked is free.
enum class Occupancy { free, leased, foreign, af_xdp, memory_provider, unknown };

// "free", "leased", "foreign lease", "AF_XDP", "memory provider", "unknown"
std::string to_string(Occupancy occupancy);

// A queue of a pool, as kubelet and people see it. Verdicts decide on `healthy` and `reason`.
struct DeviceState {
  kernel::DeviceId id;
  std::string ifname;  // the NIC's current name; empty while it is gone
  std::optional<int> numa_node;
  bool healthy = false;
  std::string reason;  // why it is not healthy
  Occupancy occupancy = Occupancy::unknown;
  std::string holder;        // of a leased one: "shop/web-0 (container 4f1e…, interface eth0)"
  bool is_leftover = false;  // of an earlier choice of queues: leaves the pool once no pod has it

  bool operator==(const DeviceState&) const = default;
};

// A pool: one resource of kubelet's.
struct PoolState {
  std::string name;
  std::string resource;  // rxlease.dev/rxq
  config::PoolUse use = config::PoolUse::memory_provider;
  bool topology = true;  // tell kubelet the NUMA nodes
  std::vector<DeviceState> devices;
  std::vector<std::string> problems;  // of the pool as a whole: "no NIC matches its selectors"

  // Null: the pool has no such queue.
  const DeviceState* find(const kernel::DeviceId& id) const;

  bool operator==(const PoolState&) const = default;
};

}  // namespace rxlease::deviceplugin::pools
