// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/show/overview_tables.h"

namespace rxlease::deviceplugin::ctl {

enum class Format { table, wide, json };

struct ShowOptions {
  Topic topic = Topic::all;
  Format format = Format::table;
  bool watch = false;
};

// Prints the topic's tables, or the overview; with `watch` again after each change, until SIGINT or SIGTERM.
// Changes nothing on the node and takes no lease. Needs root.
void show(const config::Config& config, const ShowOptions& options);

}  // namespace rxlease::deviceplugin::ctl
