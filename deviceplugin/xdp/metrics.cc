// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/metrics.h"

namespace rxlease::deviceplugin::xdp {

HandOffMetrics::HandOffMetrics(prometheus::Registry& registry)
    : left_behind(prometheus::BuildCounter()
                      .Name("rxlease_hand_off_threads_left_behind_total")
                      .Help("Threads left behind, since a descriptor that a pod sent to afxdp.sock hangs.")
                      .Register(registry)
                      .Add({})),
      hanging(prometheus::BuildGauge()
                  .Name("rxlease_hand_off_threads_hanging")
                  .Help("Those of the threads left behind that still hang.")
                  .Register(registry)
                  .Add({})) {}

}  // namespace rxlease::deviceplugin::xdp
