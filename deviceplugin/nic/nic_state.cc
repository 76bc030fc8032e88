// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/nic_state.h"

#include <algorithm>

namespace rxlease::deviceplugin::nic {

const NicState* find_nic(const std::vector<NicState>& nics, const std::string& name) {
  const auto found = std::ranges::find(
      nics, name, [](const auto& nic) -> const auto& { return nic.details.nic.name; });
  return found == nics.end() ? nullptr : &*found;
}

const QueueState* find_queue(const std::vector<NicState>& nics, const kernel::DeviceId& id) {
  const auto* nic = find_nic(nics, id.nic);
  return nic == nullptr ? nullptr : find_queue(*nic, id.queue);
}

const QueueState* find_queue(const NicState& nic, std::uint32_t queue) {
  const auto found = nic.queues.find(queue);
  return found == nic.queues.end() ? nullptr : &found->second;
}

}  // namespace rxlease::deviceplugin::nic
