// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/attempts.h"

#include <exception>

namespace rxlease::deviceplugin::operate {

bool Attempts::attempt(Clock::time_point now, const std::string& failure, const std::function<void()>& work) {
  try {
    work();
    has_succeeded_ = true;
    trouble_.is_over();
    pause_.forget();
    return true;
  } catch (const std::exception& error) {
    fail(now, failure + error.what());
  } catch (...) {
    fail(now, failure + "an exception without words");
  }
  return false;
}

void Attempts::fail(Clock::time_point now, const std::string& message) {
  trouble_.lasts(message);
  pause_.failed(now);
}

}  // namespace rxlease::deviceplugin::operate
