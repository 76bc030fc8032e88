// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::heal {

// What became of attachments whose netkit had gone.
struct HealMetrics {
  explicit HealMetrics(prometheus::Registry& registry);

  prometheus::Counter& healed;
  prometheus::Counter& failed;   // attempts; each is followed by another
  prometheus::Counter& refused;  // once for each attachment and reason

 private:
  explicit HealMetrics(prometheus::Family<prometheus::Counter>& family);
};

}  // namespace rxlease::deviceplugin::heal
