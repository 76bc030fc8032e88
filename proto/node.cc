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

QueuesQuestion queues_question(const json& object) {
  QueuesQuestion question{.pod_namespace = string_of(object, "podNamespace"),
                          .pod_name = string_of(object, "podName"),
                          .pod_uid = string_of(object, "podUid"),
                          .container_id = string_of(object, "containerId"),
                          .network = string_of(object, "network"),
                          .resource = string_of(object, "resource"),
                          .queues = std::nullopt};
  if (object.contains("queues")) question.queues = count_of(object, "queues", INT32_MAX);
  return question;
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

std::string to_message(const TakeQuestion& question) {
  return dump(
      {{"question", "take"}, {"containerId", question.container_id}, {"devices", to_json(question.devices)}});
}

std::string to_message(const ReleaseQuestion& question) {
  return dump({{"question", "release"}, {"nic", question.nic}, {"seconds", question.seconds}});
}

std::string to_message(const GuardQuestion& /*question*/) {
  return dump({{"question", "guard"}});
}

std::string to_message(const QueuesAnswer& answer) {
  return dump({{"devices", to_json(answer.devices)}});
}

std::string to_message(const GuardAnswer& answer) {
  auto guard = json::object();
  if (answer.netns_id) guard["netnsId"] = *answer.netns_id;
  return dump({{"guard", std::move(guard)}});
}

std::string to_message(const NodeError& error) {
  const auto* name = std::ranges::find(kind_names, error.kind(), [](const auto& pair) { return pair.first; });
  return dump({{"error", {{"kind", name->second}, {"message", error.what()}, {"remedy", error.remedy()}}}});
}

Question parse_question(std::string_view message) {
  const auto object = parse_object(message);
  const auto asked = string_of(object, "question");
  if (asked == "queues") return queues_question(object);
  if (asked == "take") return TakeQuestion{string_of(object, "containerId"), devices_of(object)};
  if (asked == "release") {
    return ReleaseQuestion{string_of(object, "nic"),
                           static_cast<std::uint32_t>(count_of(object, "seconds", longest_release))};
  }
  if (asked == "guard") return GuardQuestion{};
  throw malformed("asks " + text::display(asked) + ", which this release does not know");
}

QueuesAnswer parse_answer(std::string_view message) {
  const auto object = parse_object(message);
  if (object.contains("error")) throw error_in(object);
  return {devices_of(object)};
}

GuardAnswer parse_guard_answer(std::string_view message) {
  const auto object = parse_object(message);
  if (object.contains("error")) throw error_in(object);
  const auto& guard = member(object, "guard");
  if (!guard.is_object()) throw malformed("has no object in \"guard\"");
  const auto id = guard.find("netnsId");
  if (id == guard.end()) return {};
  return {static_cast<std::int32_t>(count_of(guard, "netnsId", INT32_MAX))};
}

}  // namespace rxlease::proto
