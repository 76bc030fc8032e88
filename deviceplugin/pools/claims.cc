// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/claims.h"

#include "deviceplugin/config/words.h"

namespace rxlease::deviceplugin::pools {

Claims::Claims(const std::vector<Choice>& choices) {
  for (const bool leftovers : {true, false}) {
    for (const auto& [pool, queues] : choices) {
      for (const auto& queue : queues) {
        if (queue.is_leftover != leftovers) continue;
        const auto* first = first_pools_.emplace(queue.nic, pool).first->second;
        if (first->use == pool->use) holders_.emplace(queue.present_id(), Holder{pool, &queue});
      }
    }
  }
}

std::string Claims::objection(const config::Pool& pool, const ChosenQueue& queue) const {
  const auto& first = *first_pools_.at(queue.nic);
  if (first.use != pool.use) {
    return queue.nic + " is in use by pool " + first.name + ", whose use is \"" +
           std::string(config::word_for(config::pool_use_words, first.use)) +
           "\": a NIC does either AF_XDP or memory providers; this queue waits until that one is free";
  }
  const auto& holder = holders_.at(queue.present_id());
  if (holder.pool == &pool && holder.queue->id == queue.id) return "";
  const auto device = "device " + queue.id.to_string();
  if (!holder.queue->is_leftover) return device + " belongs to an earlier pool already";
  return device + " joins once no pod has it: until then it is " + holder.queue->id.to_string() +
         " of pool " + holder.pool->name;
}

}  // namespace rxlease::deviceplugin::pools
