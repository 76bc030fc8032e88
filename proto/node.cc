// SPDX-License-Identifier: Apache-2.0
#include "proto/node.h"

#include "proto/node_json.h"
#include "proto/node_leases.h"
#include "text/display.h"

namespace rxlease::proto {

namespace {

using nlohmann::json;

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
  return dump({{"error", to_json(error)}});
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
  if (asked == "addLease") return add_lease_question(object);
  if (asked == "removeLease") return remove_lease_question(object);
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
