// SPDX-License-Identifier: Apache-2.0
#include "proto/node_leases.h"

#include "proto/node_json.h"
#include "text/display.h"

namespace rxlease::proto {

using nlohmann::json;

namespace {

std::vector<std::string> flows_of(const json& object) {
  const auto& entries = member(object, "steering");
  if (!entries.is_array() || entries.size() > most_lent_flows) {
    throw malformed("has no list of at most " + std::to_string(most_lent_flows) + " flows in \"steering\"");
  }
  std::vector<std::string> flows;
  flows.reserve(entries.size());
  for (const auto& entry : entries) {
    if (!entry.is_string())
      throw malformed("has " + text::display_json(entry) + " in \"steering\", which is no text");
    flows.push_back(entry.get<std::string>());
  }
  return flows;
}

}  // namespace

std::string to_message(const AddLeaseQuestion& question) {
  return dump({{"question", "addLease"},
               {"podNamespace", question.pod_namespace},
               {"podName", question.pod_name},
               {"pool", question.pool},
               {"queues", question.queues},
               {"interface", question.interface},
               {"steering", question.steering}});
}

std::string to_message(const RemoveLeaseQuestion& question) {
  return dump({{"question", "removeLease"},
               {"podNamespace", question.pod_namespace},
               {"podName", question.pod_name},
               {"interface", question.interface}});
}

std::string to_message(const LeaseAnswer& answer) {
  auto queues = json::array();
  for (const auto& lease : answer.leases) {
    queues.push_back({{"device", lease.device.to_string()}, {"queue", lease.queue}});
  }
  return dump({{"lease", {{"interface", answer.interface}, {"queues", std::move(queues)}}}});
}

AddLeaseQuestion add_lease_question(const json& object) {
  return {.pod_namespace = string_of(object, "podNamespace"),
          .pod_name = string_of(object, "podName"),
          .pool = string_of(object, "pool"),
          .queues = static_cast<std::size_t>(count_of(object, "queues", most_lent_queues)),
          .interface = string_of(object, "interface"),
          .steering = flows_of(object)};
}

RemoveLeaseQuestion remove_lease_question(const json& object) {
  return {.pod_namespace = string_of(object, "podNamespace"),
          .pod_name = string_of(object, "podName"),
          .interface = string_of(object, "interface")};
}

LeaseAnswer parse_lease_answer(std::string_view message) {
  const auto object = parse_object(message);
  if (object.contains("error")) throw error_in(object);
  const auto& lease = member(object, "lease");
  if (!lease.is_object()) throw malformed("has no object in \"lease\"");
  LeaseAnswer answer{.interface = string_of(lease, "interface"), .leases = {}};
  const auto& queues = member(lease, "queues");
  if (!queues.is_array()) throw malformed("has no list in \"queues\"");
  for (const auto& queue : queues) {
    if (!queue.is_object()) throw malformed("has no object in \"queues\"");
    const auto device = kernel::DeviceId::parse(string_of(queue, "device"));
    if (!device) throw malformed("has no device id in \"device\"");
    answer.leases.push_back(
        {*device, static_cast<std::uint32_t>(count_of(queue, "queue", most_lent_queues))});
  }
  return answer;
}

}  // namespace rxlease::proto
