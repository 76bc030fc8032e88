// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::pools {

// What is wrong with queues and pools, for an operator. Whoever finds a fault adds it here; only apply()
// changes pools. A queue shows one reason: a reason against the queue comes before one against its NIC, and
// the earlier one before the later one.
class Verdicts {
 public:
  // No pod can have the queue.
  void against_queue(const kernel::DeviceId& queue, std::string reason);

  // No pod can have any of the pool's queues on the NIC.
  void against_nic(const std::string& nic, const std::string& pool, std::string reason);

  // The pool has a problem; its queues stay as they are.
  void about_pool(const std::string& pool, std::string problem);

  // Adds the verdicts of another component, which come later.
  void merge(Verdicts later);

  // Why no pod can have a queue of the pool; empty: there is no reason.
  std::string reason(const std::string& pool, const kernel::DeviceId& queue) const;

  // Makes each queue of the pools healthy or unhealthy, with its reason, and gives each pool its problems.
  void apply(std::vector<PoolState>& pools) const;

 private:
  std::map<kernel::DeviceId, std::string> of_queues_;
  std::map<std::pair<std::string, std::string>, std::string> of_nics_;  // by NIC and pool
  std::map<std::string, std::vector<std::string>> of_pools_;
};

}  // namespace rxlease::deviceplugin::pools
