// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::xdp {

// Threads of the hand-off that a pod's program makes hang.
struct HandOffMetrics {
  explicit HandOffMetrics(prometheus::Registry& registry);

  prometheus::Counter& left_behind;  // since the daemon's start
  prometheus::Gauge& hanging;        // now
};

}  // namespace rxlease::deviceplugin::xdp
