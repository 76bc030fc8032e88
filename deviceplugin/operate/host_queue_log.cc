// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/host_queue_log.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace rxlease::deviceplugin::operate {

void HostQueueLog::tell(const std::vector<pools::DeviceState>& queues) {
  std::map<kernel::DeviceId, std::string> foreign;
  for (const auto& queue : queues) {
    if (queue.occupancy == pools::Occupancy::foreign) foreign.emplace(queue.id, queue.holder);
  }
  for (const auto& [id, holder] : foreign) {
    const auto told = told_.find(id);
    if (told != told_.end() && told->second == holder) continue;
    spdlog::warn("{}, a queue of the host's, is {}", id.to_string(), holder);
  }
  for (const auto& [id, holder] : told_) {
    if (foreign.contains(id)) continue;
    spdlog::info("{}, a queue of the host's, has no foreign lease now", id.to_string());
  }
  told_ = std::move(foreign);
}

}  // namespace rxlease::deviceplugin::operate
