// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::allocate {

// How requests ended.
struct AllocationMetrics {
  explicit AllocationMetrics(prometheus::Registry& registry);

  prometheus::Counter& succeeded;
  prometheus::Counter& unknown_device;
  prometheus::Counter& unhealthy_device;
  prometheus::Counter& several_nics;
  prometheus::Counter& failed;

 private:
  explicit AllocationMetrics(prometheus::Family<prometheus::Counter>& family);
};

}  // namespace rxlease::deviceplugin::allocate
