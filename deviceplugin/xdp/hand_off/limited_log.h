// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "kernel/device_id.h"

namespace rxlease::deviceplugin::xdp {

// Which lines about the programs that call for a device get into the log. A pod can call as often as it
// likes, so each device has ten lines a minute; what is left out is counted. Safe from any thread.
class LimitedLog {
 public:
  using Clock = std::chrono::steady_clock;

  // The lines to log now: the line itself, with one before it that tells how many were left out; or none.
  std::vector<std::string> admit(const kernel::DeviceId& device, const std::string& line,
                                 Clock::time_point now = Clock::now());

  // Logs them.
  void info(const kernel::DeviceId& device, const std::string& line);
  void warn(const kernel::DeviceId& device, const std::string& line);

 private:
  struct Minute {
    Clock::time_point end;
    unsigned lines = 0;
    unsigned left_out = 0;
  };

  std::mutex mutex_;
  std::map<kernel::DeviceId, Minute> minutes_;  // one a device of the node's pools
};

}  // namespace rxlease::deviceplugin::xdp
