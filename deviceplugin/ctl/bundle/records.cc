// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/bundle/records.h"

#include <nlohmann/json.hpp>

namespace rxlease::deviceplugin::ctl {

namespace {

using nlohmann::json;

std::string text_of(const json& object) {
  return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

json type_of(const json& object) {
  const bool has_type = object.is_object() && object.contains("type") && object["type"].is_string();
  return has_type ? json{{"type", object["type"]}} : json::object();
}

json without_others(json plugin) {
  if (plugin.contains("ipam")) plugin["ipam"] = type_of(plugin["ipam"]);
  for (const auto* member : {"prevResult", "runtimeConfig", "args"}) plugin.erase(member);
  return plugin;
}

}  // namespace

std::string record_text(const attachment::Attachment& attachment) {
  auto record = attachment;
  record.ipam_conf.clear();
  return to_json_text(record);
}

std::string network_text(const std::string& configuration) {
  const auto object = json::parse(configuration, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return "";
  const bool is_list = object.contains("plugins") && object["plugins"].is_array();
  auto plugins = json::array();
  for (const auto& plugin : is_list ? object["plugins"] : json::array({object})) {
    const auto type = type_of(plugin);
    plugins.push_back(type.value("type", "") == "rxlease" ? without_others(plugin) : type);
  }
  json result{{"plugins", std::move(plugins)}};
  for (const auto* member : {"name", "cniVersion", "cniVersions", "disableCheck", "disableGC"}) {
    if (object.contains(member)) result[member] = object[member];
  }
  return text_of(result);
}

}  // namespace rxlease::deviceplugin::ctl
