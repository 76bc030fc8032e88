// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/verdicts.h"

namespace rxlease::deviceplugin::pools {

void Verdicts::against_queue(const kernel::DeviceId& queue, std::string reason) {
  of_queues_.emplace(queue, std::move(reason));
}

void Verdicts::against_nic(const std::string& nic, const std::string& pool, std::string reason) {
  of_nics_.emplace(std::pair(nic, pool), std::move(reason));
}

void Verdicts::about_pool(const std::string& pool, std::string problem) {
  of_pools_[pool].push_back(std::move(problem));
}

void Verdicts::merge(Verdicts later) {
  of_queues_.merge(later.of_queues_);
  of_nics_.merge(later.of_nics_);
  for (auto& [pool, problems] : later.of_pools_) {
    for (auto& problem : problems) about_pool(pool, std::move(problem));
  }
}

std::string Verdicts::reason(const std::string& pool, const kernel::DeviceId& queue) const {
  if (const auto found = of_queues_.find(queue); found != of_queues_.end()) return found->second;
  if (const auto found = of_nics_.find({queue.nic, pool}); found != of_nics_.end()) return found->second;
  return "";
}

void Verdicts::apply(std::vector<PoolState>& pools) const {
  for (auto& pool : pools) {
    for (auto& device : pool.devices) {
      device.reason = reason(pool.name, device.id);
      device.healthy = device.reason.empty();
    }
    const auto problems = of_pools_.find(pool.name);
    pool.problems = problems == of_pools_.end() ? std::vector<std::string>() : problems->second;
  }
}

}  // namespace rxlease::deviceplugin::pools
