// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/top/top.h"

#include <poll.h>

#include <algorithm>

#include "deviceplugin/ctl/terminal/print.h"
#include "deviceplugin/ctl/top/rates_json.h"
#include "kernel/process/termination.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using Clock = std::chrono::steady_clock;

Sample sample_of(Observer& observer) {
  Sample sample;
  sample.overview = observer.look();
  sample.at = Clock::now();
  sample.counters = observer.count(sample.overview);
  return sample;
}

// False: asked to end before.
bool sleep_until(Clock::time_point end, const kernel::Fd& signals) {
  pollfd asked{signals.get(), POLLIN, 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (poll(&asked, 1, static_cast<int>(std::max<long>(left, 0))) > 0) return false;
    if (Clock::now() >= end) return true;
  }
}

std::string to_text(const Rates& rates, const TopOptions& options, const Style& style) {
  if (options.json) return to_json_line(rates, options.topic);
  return to_tables(rates, options.topic, style);
}

}  // namespace

void top(const config::Config& config, const TopOptions& options) {
  const auto signals = kernel::block_termination();
  Observer observer(config);
  auto before = sample_of(observer);
  for (bool first = true; sleep_until(before.at + options.interval, signals); first = false) {
    auto after = sample_of(observer);
    auto style = style_of_output();
    const bool replaces = style.terminal && !options.once && !options.json;
    if (!replaces) style.height.reset();
    const char* separator = options.json ? "" : before_output(first, replaces);
    print(separator + to_text(rates_between(before, after), options, style));
    if (options.once) return;
    before = std::move(after);
  }
}

}  // namespace rxlease::deviceplugin::ctl
