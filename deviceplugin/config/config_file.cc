// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/config_file.h"

#include <sys/stat.h>

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

// A FIFO would block the daemon for as long as nobody writes into it.
std::string ConfigFile::read() const {
  try {
    struct stat status {};
    if (stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
      refuse(path_, "it is no regular file", "put the configuration there");
    }
    if (auto text = kernel::read_file(path_)) return *std::move(text);
  } catch (const kernel::FileError& error) {
    refuse(path_, std::string("it cannot be read: ") + error.what(), "make it readable");
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
