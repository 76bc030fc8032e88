// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace rxlease::deviceplugin::reconcile {

// What reconciliation did, for metrics.
struct ReconciliationCounters {
  std::atomic<std::uint64_t> records_removed{0}, lease_files_removed{0}, steerings_removed{0},
      foreign_leases_reclaimed{0};
};

}  // namespace rxlease::deviceplugin::reconcile
