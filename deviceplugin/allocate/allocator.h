// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "deviceplugin/allocate/metrics.h"
#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::allocate {

// What a container gets with its queues.
struct Allocation {
  struct Mount {
    std::string host_path;
    std::string container_path;
  };
  std::string variable;  // RXLEASE_DEVICES_<POOL>
  std::string value;     // the device ids in order of their queues, with ',' between them
  std::vector<Mount> mounts;
};

// A request that cannot be met. Kubelet shows the message in the pod's events.
class AllocationError : public std::runtime_error {
 public:
  enum class Kind { unknown_device, unhealthy_device, several_nics };
  AllocationError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

// Gives containers the queues that somebody chose for them. Safe from any thread, if `renew_map` is.
class Allocator {
 public:
  // Makes a new map for a queue's AF_XDP socket; returns where it is pinned.
  using RenewMap = std::function<std::string(const kernel::DeviceId&)>;
  using Ids = std::vector<std::string>;  // device ids, as whoever asks writes them

  // The folders that mounts name are below `state_directory`. REQUIRES: `renew_map` where a pool's use is
  // AF_XDP.
  Allocator(std::string state_directory, prometheus::Registry& registry, RenewMap renew_map = {})
      : state_directory_(std::move(state_directory)), renew_map_(std::move(renew_map)), metrics_(registry) {}

  // Answers one request: checks the ids of each container against the pool and makes the folders that its
  // mounts name. AllocationError for an id that the pool has not, a queue that is not healthy, or queues of
  // two NICs, which no one netkit can lease. A queue of an AF_XDP pool gets a new map, mounted as xsks_map in
  // its folder: a map that the last holder kept open gets no packets.
  std::vector<Allocation> allocate(const pools::PoolState& pool, const std::vector<Ids>& containers);

 private:
  Allocation allocate_one(const pools::PoolState& pool, const Ids& ids) const;

  std::string state_directory_;
  RenewMap renew_map_;
  AllocationMetrics metrics_;
};

// RXLEASE_DEVICES_<POOL>: upper case, with '_' for what no variable's name may have.
std::string variable_of(const std::string& pool);

}  // namespace rxlease::deviceplugin::allocate
