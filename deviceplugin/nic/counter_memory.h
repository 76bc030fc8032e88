// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::nic {

// Some drivers' counters of a queue begin at 0 whenever a program binds it. This adds what was counted
// before. What the driver counts between the last call and its new beginning is lost.
class CounterMemory {
 public:
  // The receive counters of a queue, which only grow from call to call. `now`: as the driver tells them.
  kernel::Qstats continued(std::uint32_t ifindex, std::uint32_t queue, kernel::Qstats now);

 private:
  struct Entry {
    kernel::Qstats last, before;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Entry> entries_;  // an ifindex is never given out twice
};

}  // namespace rxlease::deviceplugin::nic
