// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/allocate/metrics.h"

namespace rxlease::deviceplugin::allocate {

AllocationMetrics::AllocationMetrics(prometheus::Registry& registry)
    : AllocationMetrics(prometheus::BuildCounter()
                            .Name("rxlease_allocations_total")
                            .Help("Allocate calls of kubelet by outcome.")
                            .Register(registry)) {}

AllocationMetrics::AllocationMetrics(prometheus::Family<prometheus::Counter>& family)
    : succeeded(family.Add({{"outcome", "succeeded"}})),
      unknown_device(family.Add({{"outcome", "unknown_device"}})),
      unhealthy_device(family.Add({{"outcome", "unhealthy_device"}})),
      several_nics(family.Add({{"outcome", "several_nics"}})),
      failed(family.Add({{"outcome", "failed"}})) {}

}  // namespace rxlease::deviceplugin::allocate
