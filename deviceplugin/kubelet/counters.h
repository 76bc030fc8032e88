// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace rxlease::deviceplugin::kubelet {

// What happened with kubelet, for metrics.
struct RegistrationCounters {
  std::atomic<std::uint64_t> succeeded{0}, failed{0};
};

}  // namespace rxlease::deviceplugin::kubelet
