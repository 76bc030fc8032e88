// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "deviceplugin/config/load.h"

namespace rxlease::deviceplugin::config {

// The configuration file of a daemon that runs: it may be changed, replaced or unreadable at any time.
class ConfigFile {
 public:
  explicit ConfigFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // The configuration, if the file's content is another than at the last call that returned one; nullopt if
  // it is the same. ConfigError, at each call until the file is mended: it is missing, no regular file,
  // cannot be read, or its content cannot be used.
  std::optional<LoadedConfig> load_if_changed();

 private:
  std::string read() const;

  std::string path_;
  std::optional<std::string> in_force_;  // the text that was returned last
};

// The settings of the log in a file that cannot be used otherwise, or not even read.
Config::Log log_settings_of_file(const std::string& path);

// The keys whose values a daemon that runs cannot change: those that differ.
std::vector<std::string> keys_that_need_a_restart(const Config& before, const Config& after);

// `after`, with these values as they were before.
Config without_what_needs_a_restart(const Config& before, Config after);

}  // namespace rxlease::deviceplugin::config
