// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "deviceplugin/kubelet/back_off.h"
#include "deviceplugin/operate/trouble.h"

namespace rxlease::deviceplugin::operate {

// Work that is done again and again, and that fails at times: no exception ends it. A failure is a line of
// the log when it is another one than before, and the next attempt is due after a growing pause.
class Attempts {
 public:
  using Clock = kubelet::BackOff::Clock;

  explicit Attempts(Trouble trouble) : trouble_(std::move(trouble)) {}

  // Does the work. False if it has thrown, whatever that was; `failure` is what the line says in front of the
  // exception's own words.
  bool attempt(Clock::time_point now, const std::string& failure, const std::function<void()>& work);

  bool has_succeeded() const { return has_succeeded_; }       // once at least
  Clock::time_point again() const { return pause_.again(); }  // after a failure: when to try again

 private:
  void fail(Clock::time_point now, const std::string& message);

  Trouble trouble_;
  kubelet::BackOff pause_;
  bool has_succeeded_ = false;
};

}  // namespace rxlease::deviceplugin::operate
