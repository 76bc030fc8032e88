// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::guard {

// What the guard does.
struct GuardMetrics {
  explicit GuardMetrics(prometheus::Registry& registry);

  prometheus::Gauge& parked;     // queues that it holds now
  prometheus::Counter& taken;    // queues that it let go of for an ADD that asked
  prometheus::Counter& refused;  // queues that it could not park
};

}  // namespace rxlease::deviceplugin::guard
