// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/counter_memory.h"

#include <algorithm>
#include <array>

namespace rxlease::deviceplugin::nic {

namespace {

constexpr std::array counters{&kernel::Qstats::rx_packets, &kernel::Qstats::rx_bytes,
                              &kernel::Qstats::rx_hw_drops};

}  // namespace

kernel::Qstats CounterMemory::continued(std::uint32_t ifindex, std::uint32_t queue, kernel::Qstats now) {
  auto& [last, before] = entries_[{ifindex, queue}];
  const bool began_anew = std::ranges::any_of(counters, [&, &was = last](auto counter) {
    return (now.*counter).value_or(0) < (was.*counter).value_or(0);
  });
  auto total = now;
  for (const auto counter : counters) {
    if (began_anew) before.*counter = (before.*counter).value_or(0) + (last.*counter).value_or(0);
    if (now.*counter) total.*counter = *(now.*counter) + (before.*counter).value_or(0);
  }
  last = now;
  return total;
}

}  // namespace rxlease::deviceplugin::nic
