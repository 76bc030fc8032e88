// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/metrics.h"

namespace rxlease::deviceplugin::kubelet {

RegistrationMetrics::RegistrationMetrics(prometheus::Registry& registry)
    : RegistrationMetrics(prometheus::BuildCounter()
                              .Name("rxlease_kubelet_registrations_total")
                              .Help("Registrations with kubelet by outcome.")
                              .Register(registry)) {}

RegistrationMetrics::RegistrationMetrics(prometheus::Family<prometheus::Counter>& family)
    : succeeded(family.Add({{"outcome", "succeeded"}})), failed(family.Add({{"outcome", "failed"}})) {}

}  // namespace rxlease::deviceplugin::kubelet
