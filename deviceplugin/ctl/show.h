// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/overview_tables.h"

namespace rxlease::deviceplugin::ctl {

enum class Format { table, wide, json };

struct ShowOptions {
  Topic topic = Topic::all;
  Format format = Format::table;
  bool watch = false;
};

// Prints what is leased to whom; with `watch` again after each change, until SIGINT or SIGTERM. Leases
// nothing and leaves nothing behind. Needs root.
void show(const config::Config& config, const ShowOptions& options);

}  // namespace rxlease::deviceplugin::ctl
