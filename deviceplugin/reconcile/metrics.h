// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::reconcile {

// What reconciliation did.
struct ReconciliationMetrics {
  explicit ReconciliationMetrics(prometheus::Registry& registry);

  prometheus::Counter& records_removed;
  prometheus::Counter& lease_files_removed;
  prometheus::Counter& steerings_removed;
  prometheus::Counter& foreign_leases_reclaimed;
  prometheus::Counter& rules_put_back;

 private:
  explicit ReconciliationMetrics(prometheus::Family<prometheus::Counter>& family);
};

}  // namespace rxlease::deviceplugin::reconcile
