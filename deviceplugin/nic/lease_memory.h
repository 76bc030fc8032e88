// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "deviceplugin/nic/lease_probe.h"

namespace rxlease::deviceplugin::nic {

// What probes found out about NICs. An answer that proves something is kept for the NIC's life; any other
// stands until the next probe is allowed. Not earlier: a probe raises notifications, and these cause the next
// scan.
class LeaseMemory {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds retry_interval{5};

  // Why the NIC cannot lease, empty when it can: as known at `now`, else as `probe` answers.
  const std::string& cannot_lease(std::uint32_t ifindex, Clock::time_point now,
                                  const std::function<LeaseAnswer()>& probe);

 private:
  struct Entry {
    LeaseAnswer answer;
    Clock::time_point retry_at;  // heeded where the answer proves nothing
  };
  std::map<std::uint32_t, Entry> entries_;  // by ifindex, which is never given out twice
};

}  // namespace rxlease::deviceplugin::nic
