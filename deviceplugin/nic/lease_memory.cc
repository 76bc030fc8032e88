// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/lease_memory.h"

namespace rxlease::deviceplugin::nic {

const std::string& LeaseMemory::cannot_lease(std::uint32_t ifindex, Clock::time_point now,
                                             const std::function<LeaseAnswer()>& probe) {
  const auto known = entries_.find(ifindex);
  const bool holds =
      known != entries_.end() && (known->second.answer.is_proven || now < known->second.retry_at);
  if (holds) return known->second.answer.cannot_lease;
  auto& entry = entries_[ifindex];
  entry = {probe(), now + retry_interval};
  return entry.answer.cannot_lease;
}

}  // namespace rxlease::deviceplugin::nic
