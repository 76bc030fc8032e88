// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/trouble.h"

#include <spdlog/spdlog.h>

#include <sstream>
#include <utility>

namespace rxlease::deviceplugin::operate {

Trouble::Trouble(prometheus::Registry& registry, const std::string& what, std::string over)
    : failures_(prometheus::BuildCounter()
                    .Name("rxlease_daemon_failures_total")
                    .Help("What the daemon has not managed, and tries again.")
                    .Register(registry)
                    .Add({{"what", what}})),
      over_(std::move(over)) {}

void Trouble::lasts(const std::string& message) {
  failures_.Increment();
  if (std::exchange(told_, message) == message) return;
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) spdlog::error("{}", line);
}

void Trouble::is_over() {
  if (is_there()) spdlog::info("{}", over_);
  told_.clear();
}

}  // namespace rxlease::deviceplugin::operate
