// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>

#include "deviceplugin/pools/verdicts.h"
#include "kernel/device_id.h"

namespace rxlease::deviceplugin::reconcile {

// Queues that were taken back from a foreign lease. Whoever took one may take it again at once, so it is not
// healthy before nobody has taken it for a while: two seconds after the first time, twice as long after each
// further one, at most five minutes. After ten quiet minutes more, the next time counts as the first.
class ReclaimedQueues {
 public:
  using Clock = std::chrono::steady_clock;

  // The queue was taken back. False: so often already that the pause has been the longest before.
  bool add(const kernel::DeviceId& queue, Clock::time_point now);

  // Against the queues that are not healthy again yet. Forgets those that have long been.
  pools::Verdicts verdicts(Clock::time_point now);

  // When the first of these is healthy again, as of the last verdicts(); nullopt: there was none.
  std::optional<Clock::time_point> due() const { return due_; }

 private:
  struct Pause {
    std::chrono::seconds length{0};
    Clock::time_point end;
  };
  std::map<kernel::DeviceId, Pause> pauses_;
  std::optional<Clock::time_point> due_;
};

}  // namespace rxlease::deviceplugin::reconcile
