// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/metrics.h"

namespace rxlease::deviceplugin::prepare {

PreparationMetrics::PreparationMetrics(prometheus::Registry& registry)
    : family_(prometheus::BuildCounter()
                  .Name("rxlease_nic_preparations_total")
                  .Help("What was done to NICs, or found done by others, by NIC.")
                  .Register(registry)) {}

PreparationMetrics::Counters PreparationMetrics::of(const std::string& nic) {
  const auto counter = [&](const char* what) -> prometheus::Counter& {
    return family_.Add({{"nic", nic}, {"what", what}});
  };
  return {.prepared = counter("prepared"),
          .failed = counter("failed"),
          .restored = counter("restored"),
          .changed_by_others = counter("changed_by_others"),
          .repaired = counter("repaired")};
}

}  // namespace rxlease::deviceplugin::prepare
