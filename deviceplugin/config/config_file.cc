// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/config_file.h"

#include <array>

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::config {

namespace {

// The daemon opens these at its start, and the installer has used its own by then.
using Text = std::string Config::*;
constexpr std::array<std::pair<const char*, Text>, 6> fixed_directories{
    {{"stateDirectory", &Config::state_directory},
     {"persistentDirectory", &Config::persistent_directory},
     {"kubeletDirectory", &Config::kubelet_directory},
     {"bpfDirectory", &Config::bpf_directory},
     {"cniBinDirectory", &Config::cni_bin_directory},
     {"cniConfDirectory", &Config::cni_conf_directory}}};

[[noreturn]] void refuse(const std::string& file, const std::string& what, const std::string& remedy) {
  throw ConfigError({{file, {}, "", what, remedy}});
}

}  // namespace

std::string ConfigFile::read() const {
  try {
    if (auto text = kernel::read_file(path_)) return *std::move(text);
  } catch (const kernel::FileError& error) {
    refuse(path_, std::string("it cannot be read: ") + error.what(),
           "make it a regular file of at most 1 MiB that can be read");
  }
  refuse(path_, "there is no such file", "make it, or name another with --config");
}

std::optional<LoadedConfig> ConfigFile::load_if_changed() {
  auto text = read();
  if (text == in_force_) return std::nullopt;
  auto loaded = parse_config(text, path_);
  in_force_ = std::move(text);
  return loaded;
}

Config::Log log_settings_of_file(const std::string& path) {
  try {
    return log_settings_of(kernel::read_file(path).value_or(""), path);
  } catch (const kernel::FileError&) {
    return {};
  }
}

std::vector<std::string> keys_that_need_a_restart(const Config& before, const Config& after) {
  std::vector<std::string> keys;
  for (const auto& [key, member] : fixed_directories) {
    if (before.*member != after.*member) keys.emplace_back(key);
  }
  if (before.metrics != after.metrics) keys.emplace_back("metrics.address");
  return keys;
}

Config without_what_needs_a_restart(const Config& before, Config after) {
  for (const auto& [key, member] : fixed_directories) after.*member = before.*member;
  after.metrics = before.metrics;
  return after;
}

}  // namespace rxlease::deviceplugin::config
