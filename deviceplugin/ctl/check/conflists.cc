// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/conflists.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "kernel/files.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using nlohmann::json;

std::vector<std::string> files_of(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& name : kernel::list_directory(directory)) {
    const auto extension = std::filesystem::path(name).extension();
    if (extension == ".conflist" || extension == ".conf" || extension == ".json") {
      files.push_back(directory + "/" + name);
    }
  }
  std::ranges::sort(files);
  return files;
}

bool has_type(const json& plugin) {
  return plugin.is_object() && plugin.contains("type") && plugin["type"].is_string();
}

bool is_rxlease(const json& plugin) {
  return has_type(plugin) && plugin["type"] == "rxlease";
}

bool is_single(const json& plugin) {
  return is_rxlease(plugin) && plugin.value("pairing", json()) == "single";
}

}  // namespace

Conflists read_conflists(const std::string& directory) {
  Conflists found;
  for (const auto& path : files_of(directory)) {
    const auto text = kernel::read_usable_file(path);
    std::error_code removed_since;
    if (!text && !std::filesystem::exists(path, removed_since)) continue;
    const auto object = json::parse(text.value_or(""), nullptr, /*allow_exceptions=*/false);
    const bool list = object.is_object() && object.contains("plugins") && object["plugins"].is_array();
    if (!list && !has_type(object)) {
      found.unreadable.push_back(path);
      continue;
    }
    if (found.first.empty()) found.first = path;
    const auto plugins = list ? object["plugins"] : json::array({object});
    if (std::none_of(plugins.begin(), plugins.end(), is_rxlease)) continue;
    found.with_rxlease.push_back(path);
    if (!is_rxlease(plugins.front()) && std::any_of(plugins.begin(), plugins.end(), is_single)) {
      found.af_xdp_only.push_back(path);
    }
  }
  return found;
}

}  // namespace rxlease::deviceplugin::ctl
