// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::allocate {

// How requests ended, and how long each took.
struct AllocationMetrics {
  explicit AllocationMetrics(prometheus::Registry& registry);

  prometheus::Counter& succeeded;
  prometheus::Counter& unknown_device;
  prometheus::Counter& unhealthy_device;
  prometheus::Counter& several_nics;
  prometheus::Counter& failed;
  prometheus::Histogram& seconds;

 private:
  AllocationMetrics(prometheus::Family<prometheus::Counter>& outcomes, prometheus::Histogram& durations);
};

}  // namespace rxlease::deviceplugin::allocate
