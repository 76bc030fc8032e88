// SPDX-License-Identifier: Apache-2.0
#include "proto/node_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/display.h"

namespace rxlease::proto {

namespace {

using nlohmann::json;
using Kind = NodeError::Kind;

constexpr std::array kind_names{
    std::pair{Kind::unsupported_version, "unsupportedVersion"},
    std::pair{Kind::malformed, "malformed"},
    std::pair{Kind::foreign_resource, "foreignResource"},
    std::pair{Kind::try_again_later, "tryAgainLater"},
    std::pair{Kind::refused, "refused"},
};

}  // namespace

NodeError malformed(const std::string& what) {
  return {Kind::malformed, "a message between plugin and daemon " + what,
          "install plugin and daemon of one release"};
}

std::string dump(json object) {
  object["version"] = node_version;
  return object.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
}

const json& member(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) throw malformed("lacks \"" + std::string(key) + "\"");
  return *found;
}

std::string string_of(const json& object, const char* key) {
  const auto& value = member(object, key);
  if (!value.is_string()) throw malformed("has no text in \"" + std::string(key) + "\"");
  return value.get<std::string>();
}

// A whole number from 0 to `most`.
std::uint64_t count_of(const json& object, const char* key, std::uint64_t most) {
  const auto& value = member(object, key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) {
    throw malformed("has no count up to " + std::to_string(most) + " in \"" + key + "\"");
  }
  return value.get<std::uint64_t>();
}

std::vector<kernel::DeviceId> devices_of(const json& object) {
  const auto& entries = member(object, "devices");
  if (!entries.is_array()) throw malformed("has no list in \"devices\"");
  std::vector<kernel::DeviceId> devices;
  for (const auto& entry : entries) {
    const auto device = entry.is_string() ? kernel::DeviceId::parse(entry.get<std::string>()) : std::nullopt;
    if (!device) {
      throw malformed("has " + text::display_json(entry) + " in \"devices\", which is no device id");
    }
    devices.push_back(*device);
  }
  return devices;
}

json to_json(const std::vector<kernel::DeviceId>& devices) {
  auto list = json::array();
  for (const auto& device : devices) list.push_back(device.to_string());
  return list;
}

json parse_object(std::string_view message) {
  auto object = json::parse(message, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) throw malformed("is no JSON object: " + text::display(message));
  const auto& version = member(object, "version");
  if (version == node_version) return object;
  throw NodeError(
      Kind::unsupported_version,
      "plugin and daemon speak different versions of their protocol: " + std::to_string(node_version) +
          " here, " + text::display_json(version) + " on the other side",
      "an upgrade replaces them one after the other: try again when it is complete");
}

NodeError error_in(const json& object) {
  const auto& error = member(object, "error");
  if (!error.is_object()) return malformed("has no object in \"error\"");
  const auto name = string_of(error, "kind");
  const auto* known = std::ranges::find_if(kind_names, [&](const auto& pair) { return pair.second == name; });
  // A kind of a later release: waiting for the end of the upgrade cannot harm.
  const auto kind = known == kind_names.end() ? Kind::try_again_later : known->first;
  return {kind, string_of(error, "message"), string_of(error, "remedy")};
}

json to_json(const NodeError& error) {
  const auto* name = std::ranges::find(kind_names, error.kind(), [](const auto& pair) { return pair.first; });
  return {{"kind", name->second}, {"message", error.what()}, {"remedy", error.remedy()}};
}

}  // namespace rxlease::proto
