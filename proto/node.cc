// SPDX-License-Identifier: Apache-2.0
#include "proto/node.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
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
};

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

}  // namespace

std::string node_socket(const std::string& state_directory) {
  return state_directory + "/node.sock";
}

std::string to_message(const QueuesQuestion& question) {
  json object{{"question", "queues"},
              {"podNamespace", question.pod_namespace},
              {"podName", question.pod_name},
              {"podUid", question.pod_uid},
              {"containerId", question.container_id},
              {"network", question.network},
              {"resource", question.resource}};
  if (question.queues) object["queues"] = *question.queues;
  return dump(std::move(object));
}

std::string to_message(const QueuesAnswer& answer) {
  auto devices = json::array();
  for (const auto& device : answer.devices) devices.push_back(device.to_string());
  return dump({{"devices", std::move(devices)}});
}

std::string to_message(const NodeError& error) {
  const auto* name = std::ranges::find(kind_names, error.kind(), [](const auto& pair) { return pair.first; });
  return dump({{"error", {{"kind", name->second}, {"message", error.what()}, {"remedy", error.remedy()}}}});
}

QueuesQuestion parse_question(std::string_view message) {
  const auto object = parse_object(message);
  if (const auto asked = string_of(object, "question"); asked != "queues") {
    throw malformed("asks " + text::display(asked) + ", which this release does not know");
  }
  QueuesQuestion question{.pod_namespace = string_of(object, "podNamespace"),
                          .pod_name = string_of(object, "podName"),
                          .pod_uid = string_of(object, "podUid"),
                          .container_id = string_of(object, "containerId"),
                          .network = string_of(object, "network"),
                          .resource = string_of(object, "resource"),
                          .queues = std::nullopt};
  if (const auto queues = object.find("queues"); queues != object.end()) {
    if (!queues->is_number_unsigned()) throw malformed("has no count in \"queues\"");
    question.queues = queues->get<std::size_t>();
  }
  return question;
}

QueuesAnswer parse_answer(std::string_view message) {
  const auto object = parse_object(message);
  if (object.contains("error")) throw error_in(object);
  const auto& devices = member(object, "devices");
  if (!devices.is_array()) throw malformed("has no list in \"devices\"");
  QueuesAnswer answer;
  for (const auto& entry : devices) {
    const auto device = entry.is_string() ? kernel::DeviceId::parse(entry.get<std::string>()) : std::nullopt;
    if (!device)
      throw malformed("has " + text::display_json(entry) + " in \"devices\", which is no device id");
    answer.devices.push_back(*device);
  }
  return answer;
}

}  // namespace rxlease::proto
