// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::pools {

// What is wrong with queues and pools, in words for an operator. Whoever finds something wrong says it here
// and changes no pool; apply() alone does. A queue has one reason: its own before its NIC's, and of equal
// ones the one that was said first.
class Verdicts {
 public:
  // No pod can have the queue.
  void against_queue(const kernel::DeviceId& queue, std::string reason);

  // No pod can have any of the pool's queues on the NIC.
  void against_nic(const std::string& nic, const std::string& pool, std::string reason);

  // Something is wrong with the pool, which its queues survive.
  void about_pool(const std::string& pool, std::string problem);

  // Adds what was found later.
  void merge(Verdicts later);

  // Why no pod can have a queue of the pool; empty: nobody found a reason.
  std::string reason(const std::string& pool, const kernel::DeviceId& queue) const;

  // Makes each queue of the pools healthy or unhealthy, with its reason, and gives each pool its problems.
  void apply(std::vector<PoolState>& pools) const;

 private:
  std::map<kernel::DeviceId, std::string> of_queues_;
  std::map<std::pair<std::string, std::string>, std::string> of_nics_;  // by NIC and pool
  std::map<std::string, std::vector<std::string>> of_pools_;
};

}  // namespace rxlease::deviceplugin::pools
