// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/metrics.h"

namespace rxlease::deviceplugin::prepare {

PreparationMetrics::PreparationMetrics(prometheus::Registry& registry)
    : PreparationMetrics(prometheus::BuildCounter()
                             .Name("rxlease_nic_preparations_total")
                             .Help("What was done to NICs, or found done by others.")
                             .Register(registry)) {}

PreparationMetrics::PreparationMetrics(prometheus::Family<prometheus::Counter>& family)
    : prepared(family.Add({{"what", "prepared"}})),
      failed(family.Add({{"what", "failed"}})),
      restored(family.Add({{"what", "restored"}})),
      changed_by_others(family.Add({{"what", "changed_by_others"}})),
      repaired(family.Add({{"what", "repaired"}})) {}

}  // namespace rxlease::deviceplugin::prepare
