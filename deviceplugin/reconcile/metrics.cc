// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/reconcile/metrics.h"

namespace rxlease::deviceplugin::reconcile {

ReconciliationMetrics::ReconciliationMetrics(prometheus::Registry& registry)
    : ReconciliationMetrics(prometheus::BuildCounter()
                                .Name("rxlease_reconciliations_total")
                                .Help("What was cleared up behind crashes, and put back.")
                                .Register(registry)) {}

ReconciliationMetrics::ReconciliationMetrics(prometheus::Family<prometheus::Counter>& family)
    : records_removed(family.Add({{"what", "record_removed"}})),
      lease_files_removed(family.Add({{"what", "lease_file_removed"}})),
      steerings_removed(family.Add({{"what", "steering_removed"}})),
      foreign_leases_reclaimed(family.Add({{"what", "foreign_lease_reclaimed"}})),
      rules_put_back(family.Add({{"what", "rule_put_back"}})) {}

}  // namespace rxlease::deviceplugin::reconcile
