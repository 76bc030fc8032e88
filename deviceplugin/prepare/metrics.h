// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::prepare {

// What preparation did, and found done by others.
struct PreparationMetrics {
  explicit PreparationMetrics(prometheus::Registry& registry);

  prometheus::Counter& prepared;
  prometheus::Counter& failed;
  prometheus::Counter& restored;
  prometheus::Counter& changed_by_others;
  prometheus::Counter& repaired;

 private:
  explicit PreparationMetrics(prometheus::Family<prometheus::Counter>& family);
};

}  // namespace rxlease::deviceplugin::prepare
