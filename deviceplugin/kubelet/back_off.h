// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace rxlease::deviceplugin::kubelet {

// When to retry what has failed: a second after the first failure, twice as long after each further one, and
// at most half a minute.
class BackOff {
 public:
  using Clock = std::chrono::steady_clock;

  void failed(Clock::time_point now) {
    pause_ = std::clamp(2 * pause_, first, longest);
    again_ = now + pause_;
  }
  void forget() { *this = {}; }

  bool may_try(Clock::time_point now) const { return now >= again_; }
  Clock::time_point again() const { return again_; }

 private:
  static constexpr std::chrono::seconds first{1};
  static constexpr std::chrono::seconds longest{30};

  std::chrono::seconds pause_{0};
  Clock::time_point again_;
};

}  // namespace rxlease::deviceplugin::kubelet
