// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/heal/metrics.h"

namespace rxlease::deviceplugin::heal {

HealMetrics::HealMetrics(prometheus::Registry& registry)
    : HealMetrics(prometheus::BuildCounter()
                      .Name("rxlease_heals_total")
                      .Help("What became of attachments whose netkit had gone.")
                      .Register(registry)) {}

HealMetrics::HealMetrics(prometheus::Family<prometheus::Counter>& family)
    : healed(family.Add({{"outcome", "healed"}})),
      failed(family.Add({{"outcome", "failed"}})),
      refused(family.Add({{"outcome", "refused"}})) {}

}  // namespace rxlease::deviceplugin::heal
