// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/allocate/allocator.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "deviceplugin/allocate/folders.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::allocate {

namespace {

constexpr const char* map_name = "/xsks_map";  // as other AF_XDP plugins call it
constexpr mode_t map_name_mode = 0444;

using Kind = AllocationError::Kind;

const pools::DeviceState& require(const pools::PoolState& pool, const std::string& text) {
  const auto id = kernel::DeviceId::parse(text);
  const auto* device = id ? pool.find(*id) : nullptr;
  if (device == nullptr) {
    throw AllocationError(Kind::unknown_device, "device " + text + " is not in pool " + pool.name +
                                                    ": it has been reconfigured since");
  }
  if (!device->healthy) {
    throw AllocationError(Kind::unhealthy_device, "device " + text + ": " + device->reason);
  }
  return *device;
}

prometheus::Counter& counter_of(AllocationMetrics& metrics, Kind kind) {
  switch (kind) {
    case Kind::unknown_device:
      return metrics.unknown_device;
    case Kind::unhealthy_device:
      return metrics.unhealthy_device;
    case Kind::several_nics:
      break;
  }
  return metrics.several_nics;
}

// Observes how long it lived.
class Stopwatch {
 public:
  explicit Stopwatch(prometheus::Histogram& seconds) : seconds_(seconds) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { seconds_.Observe(std::chrono::duration<double>(Clock::now() - began_).count()); }

 private:
  using Clock = std::chrono::steady_clock;

  prometheus::Histogram& seconds_;
  Clock::time_point began_ = Clock::now();
};

}  // namespace

std::string variable_of(const std::string& pool) {
  std::string name = "RXLEASE_DEVICES_";
  for (const char c : pool) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    name += letter || digit ? upper : '_';
  }
  return name;
}

std::vector<Allocation> Allocator::allocate(const pools::PoolState& pool,
                                            const std::vector<Ids>& containers) {
  const Stopwatch stopwatch(metrics_.seconds);
  try {
    std::vector<Allocation> allocations;
    allocations.reserve(containers.size());
    for (const auto& ids : containers) allocations.push_back(allocate_one(pool, ids));
    metrics_.succeeded.Increment();
    return allocations;
  } catch (const AllocationError& error) {
    counter_of(metrics_, error.kind()).Increment();
    throw;
  } catch (const std::exception&) {
    metrics_.failed.Increment();
    throw;
  }
}

Allocation Allocator::allocate_one(const pools::PoolState& pool, const Ids& ids) const {
  std::set<kernel::DeviceId> devices;  // kubelet names them in no order
  for (const auto& id : ids) {
    const auto& device = require(pool, id).id;
    if (!devices.empty() && device.nic != devices.begin()->nic) {
      throw AllocationError(Kind::several_nics,
                            "devices of two NICs, " + devices.begin()->nic + " and " + device.nic +
                                ": one interface leases from one NIC; ask for fewer queues a container");
    }
    devices.insert(device);
  }
  Allocation allocation;
  allocation.variable = variable_of(pool.name);
  const Folders folders(state_directory_);
  if (std::ranges::any_of(devices, Folders::has_two_names)) {
    allocation.mounts.push_back({folders.names(), Folders::in_container});
  }
  for (const auto& device : devices) {
    allocation.value += (allocation.value.empty() ? "" : ",") + device.to_string();
    const auto folder = folders.make(device);
    const auto in_container = Folders::in_container + ("/" + device.folder());
    allocation.mounts.push_back({folder, in_container});
    if (pool.use != config::PoolUse::af_xdp) continue;
    // The folder is mounted read-only, so the mount point must exist before.
    kernel::create_file(folder + map_name, "", map_name_mode);
    allocation.mounts.push_back({renew_map_(device), in_container + map_name});
  }
  return allocation;
}

}  // namespace rxlease::deviceplugin::allocate
