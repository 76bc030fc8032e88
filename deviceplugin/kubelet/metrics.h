// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::kubelet {

// How registrations with kubelet ended.
struct RegistrationMetrics {
  explicit RegistrationMetrics(prometheus::Registry& registry);

  prometheus::Counter& succeeded;
  prometheus::Counter& failed;

 private:
  explicit RegistrationMetrics(prometheus::Family<prometheus::Counter>& family);
};

}  // namespace rxlease::deviceplugin::kubelet
