// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/yaml/problem.h"

namespace rxlease::deviceplugin::config {

// A configuration without the pools that cannot be used.
struct LoadedConfig {
  Config config;
  std::vector<Problem> problems;  // why pools were left out, in the order of the file
  // Where each pool of `config` begins in the file, for problems that only the node shows, such as selectors
  // that match no NIC.
  std::map<std::string, Position, std::less<>> pool_positions;
};

// Reads the configuration in `text`; messages call it `file`. A pool with mistakes is left out, and the other
// pools remain. Of two pools that claim the same queues the later one is left out. So `config.pools` may be
// empty although the file has pools. Throws ConfigError, which lists every problem of the file, for a problem
// outside of the pools: the text is not YAML, a key or value is wrong, there are no pools.
LoadedConfig parse_config(std::string_view text, const std::string& file);

// The settings of the log in a text that may be wrong otherwise; the usual ones where it has none that can be
// used.
Config::Log log_settings_of(std::string_view text, const std::string& file);

// The configuration in a file. ConfigError also if it cannot be read.
LoadedConfig load_config(const std::string& file);

}  // namespace rxlease::deviceplugin::config
