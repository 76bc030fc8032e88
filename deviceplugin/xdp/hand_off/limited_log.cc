// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/limited_log.h"

#include <spdlog/spdlog.h>

namespace rxlease::deviceplugin::xdp {

namespace {

constexpr unsigned most_lines = 10;
constexpr std::chrono::minutes period{1};

}  // namespace

std::vector<std::string> LimitedLog::admit(const kernel::DeviceId& device, const std::string& line,
                                           Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  auto& minute = minutes_[device];
  std::vector<std::string> lines;
  if (now >= minute.end) {
    if (minute.left_out != 0) {
      lines.push_back(device.to_string() + ": " + std::to_string(minute.left_out) +
                      " lines about programs that called were left out");
    }
    minute = {.end = now + period};
  }
  if (minute.lines == most_lines) {
    ++minute.left_out;
    return lines;
  }
  ++minute.lines;
  lines.push_back(device.to_string() + ": " + line);
  return lines;
}

void LimitedLog::info(const kernel::DeviceId& device, const std::string& line) {
  for (const auto& admitted : admit(device, line)) spdlog::info("{}", admitted);
}

void LimitedLog::warn(const kernel::DeviceId& device, const std::string& line) {
  for (const auto& admitted : admit(device, line)) spdlog::warn("{}", admitted);
}

}  // namespace rxlease::deviceplugin::xdp
