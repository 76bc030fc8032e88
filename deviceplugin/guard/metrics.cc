// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/metrics.h"

namespace rxlease::deviceplugin::guard {

namespace {

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

GuardMetrics::GuardMetrics(prometheus::Registry& registry)
    : parked(prometheus::BuildGauge()
                 .Name("rxlease_guard_parked_queues")
                 .Help("Free queues that the daemon's guard holds, so that nobody leases them by himself.")
                 .Register(registry)
                 .Add({})),
      taken(counter(registry, "rxlease_guard_taken_total",
                    "Parked queues that the guard let go of since the CNI plugin asked.")),
      refused(counter(registry, "rxlease_guard_refused_total",
                      "Attempts to park a queue that the kernel refused.")) {}

}  // namespace rxlease::deviceplugin::guard
