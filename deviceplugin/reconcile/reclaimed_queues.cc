// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/reconcile/reclaimed_queues.h"

#include <algorithm>
#include <string>

namespace rxlease::deviceplugin::reconcile {

namespace {

constexpr std::chrono::seconds shortest{2};
constexpr std::chrono::seconds longest{300};
constexpr std::chrono::minutes memory{10};

}  // namespace

bool ReclaimedQueues::add(const kernel::DeviceId& queue, Clock::time_point now) {
  auto& pause = pauses_[queue];
  const bool is_longest = pause.length == longest;
  pause.length = std::clamp(2 * pause.length, shortest, longest);
  pause.end = now + pause.length;
  return !is_longest;
}

pools::Verdicts ReclaimedQueues::verdicts(Clock::time_point now) {
  std::erase_if(pauses_, [&](const auto& entry) { return now >= entry.second.end + memory; });
  pools::Verdicts verdicts;
  due_.reset();
  for (const auto& [queue, pause] : pauses_) {
    if (now >= pause.end) continue;
    due_ = std::min(due_.value_or(pause.end), pause.end);
    verdicts.against_queue(queue, "taken back from a foreign lease; healthy again if nobody takes it for " +
                                      std::to_string(pause.length.count()) + " s");
  }
  return verdicts;
}

}  // namespace rxlease::deviceplugin::reconcile
