// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/problem.h"

namespace rxlease::deviceplugin::config {

// A file that was read, less the pools in it that cannot be used.
struct LoadedConfig {
  Config config;
  std::vector<Problem> problems;  // why pools were left out, in the file's order; empty: none was
  // Where each pool of `config` begins, for problems that show on the node only, such as selectors that no
  // NIC fits.
  std::map<std::string, Position, std::less<>> pool_positions;
};

// Reads the configuration in `text`; messages call it `file`. A pool that cannot be used is left out, with a
// problem for each of its mistakes, and takes no other down: of two pools that claim the same the later one
// goes. So `config.pools` may be empty although the file names some. Throws ConfigError, which lists
// everything that is wrong in the file, for what concerns more than one pool: no YAML, a key or value outside
// of the pools, no pools.
LoadedConfig parse_config(std::string_view text, const std::string& file);

// The same for a file. ConfigError also when it cannot be read.
LoadedConfig load_config(const std::string& file);

}  // namespace rxlease::deviceplugin::config
