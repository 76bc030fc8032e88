// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace rxlease::deviceplugin::kubelet {

// Counts of what kubelet asked for.
struct AllocationCounters {
  std::atomic<std::uint64_t> succeeded{0}, unknown_device{0}, unhealthy_device{0}, several_nics{0}, failed{0};
};

// What happened with kubelet, for metrics.
struct RegistrationCounters {
  std::atomic<std::uint64_t> succeeded{0}, failed{0};
};

}  // namespace rxlease::deviceplugin::kubelet
