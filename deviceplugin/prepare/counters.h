// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace rxlease::deviceplugin::prepare {

// What preparation did, for metrics.
struct PreparationCounters {
  std::atomic<std::uint64_t> prepared{0}, failed{0}, restored{0}, changed_by_others{0}, repaired{0};
};

}  // namespace rxlease::deviceplugin::prepare
