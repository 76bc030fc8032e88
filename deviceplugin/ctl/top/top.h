// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/top/rates_tables.h"

namespace rxlease::deviceplugin::ctl {

struct TopOptions {
  TopTopic topic = TopTopic::all;
  std::chrono::milliseconds interval{2000};
  bool once = false;
  bool json = false;
};

// Prints what NICs, pods and queues receive, after each interval, until SIGINT or SIGTERM; with `once` after
// the first. On a terminal each output replaces the last. Changes nothing on the node. Needs root.
void top(const config::Config& config, const TopOptions& options);

}  // namespace rxlease::deviceplugin::ctl
