// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/selection.h"

namespace rxlease::deviceplugin::pools {

// Which pool has which queue, where several chose the same. Leftovers go first, since a pod has them; then
// the earlier pool. A NIC is of one use: that of the first pool that has a queue of it.
class Claims {
 public:
  // One pool's choice.
  struct Choice {
    const config::Pool* pool;
    std::vector<ChosenQueue> queues;
  };

  // `choices`: in the order of the pools in the file; it must outlive the object.
  explicit Claims(const std::vector<Choice>& choices);

  // Why the pool cannot have the queue, for an operator; empty: it has it.
  std::string objection(const config::Pool& pool, const ChosenQueue& queue) const;

 private:
  struct Holder {
    const config::Pool* pool;
    const ChosenQueue* queue;
  };

  std::map<std::string, const config::Pool*> first_pools_;  // by NIC
  std::map<kernel::DeviceId, Holder> holders_;              // by the queue's present id
};

}  // namespace rxlease::deviceplugin::pools
