// SPDX-License-Identifier: Apache-2.0
//
// Whatever kubelet asks for, as bytes from the wire. AllocateRequest and PreferredAllocationRequest number
// their fields alike, so the same bytes are read as both. Allocate gives exactly what was asked for, or
// refuses with an AllocationError; a preference holds what must be in it, names no device twice, and none
// that was not offered.
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "deviceplugin/allocate/allocator.h"
#include "deviceplugin/kubelet/answers.h"

namespace {

using namespace rxlease::deviceplugin;
using Ids = google::protobuf::RepeatedPtrField<std::string>;
using IdSet = std::set<std::string>;

void require(bool holds) {
  if (!holds) std::abort();
}

// Two NICs of eight queues, on two NUMA nodes; every fourth queue is not healthy.
pools::PoolState make_pool() {
  pools::PoolState pool;
  pool.name = "rxq";
  for (const int nic : {0, 1}) {
    for (std::uint32_t queue = 0; queue < 8; ++queue) {
      pools::DeviceState device;
      device.id = {"nic" + std::to_string(nic), queue};
      device.numa_node = nic;
      device.healthy = queue % 4 != 0;
      pool.devices.push_back(device);
    }
  }
  return pool;
}

IdSet known(const pools::PoolState& pool, const Ids& ids) {
  IdSet known;
  for (const auto& device : pool.devices) {
    const auto id = device.id.to_string();
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) known.insert(id);
  }
  return known;
}

void check_allocation(const pools::PoolState& pool, const v1beta1::AllocateRequest& request,
                      const std::string& state_directory) {
  prometheus::Registry registry;
  allocate::Allocator allocator(state_directory, registry);
  const auto response = kubelet::allocate_all(allocator, pool, request);
  require(response.container_responses_size() == request.container_requests_size());
  for (int i = 0; i < request.container_requests_size(); ++i) {
    const auto& ids = request.container_requests(i).devices_ids();
    const auto& answer = response.container_responses(i);
    const IdSet asked(ids.begin(), ids.end());
    require(static_cast<std::size_t>(answer.mounts_size()) == asked.size());
    require(known(pool, ids) == asked);
    for (const auto& mount : answer.mounts()) require(std::filesystem::is_directory(mount.host_path()));
  }
}

void check_preference(const pools::PoolState& pool, const v1beta1::PreferredAllocationRequest& request) {
  const auto response = kubelet::prefer_all(pool, request);
  require(response.container_responses_size() == request.container_requests_size());
  for (int i = 0; i < request.container_requests_size(); ++i) {
    const auto& asked = request.container_requests(i);
    const auto& answer = response.container_responses(i).deviceids();
    const IdSet chosen(answer.begin(), answer.end());
    const auto required = known(pool, asked.must_include_deviceids());
    auto offered = known(pool, asked.available_deviceids());
    offered.insert(required.begin(), required.end());
    const auto size = static_cast<std::size_t>(std::max(0, asked.allocation_size()));
    require(chosen.size() == static_cast<std::size_t>(answer.size()));
    require(std::includes(chosen.begin(), chosen.end(), required.begin(), required.end()));
    require(std::includes(offered.begin(), offered.end(), chosen.begin(), chosen.end()));
    require(chosen.size() == std::max(required.size(), std::min(size, offered.size())));
  }
}

}  // namespace

// Protobuf would tell of each text that is no UTF-8.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto pool = make_pool();
  static const auto state_directory = std::filesystem::temp_directory_path() / "rxlease-allocation-fuzz";
  v1beta1::AllocateRequest allocate;
  if (allocate.ParseFromArray(data, static_cast<int>(size))) {
    try {
      check_allocation(pool, allocate, state_directory);
    } catch (const allocate::AllocationError&) {
    }
  }
  v1beta1::PreferredAllocationRequest prefer;
  if (prefer.ParseFromArray(data, static_cast<int>(size))) check_preference(pool, prefer);
  return 0;
}
