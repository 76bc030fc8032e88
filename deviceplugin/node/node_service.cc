// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/node/node_service.h"

#include <set>

#include "text/display.h"

namespace rxlease::deviceplugin::node {

namespace {

using proto::NodeError;
using proto::QueuesQuestion;

std::vector<std::string> ask(const NodeService::DevicesOfPod& devices_of_pod, const QueuesQuestion& question,
                             const std::stop_token& stop) {
  try {
    return devices_of_pod(question, stop);
  } catch (const std::exception& error) {
    throw NodeError(NodeError::Kind::try_again_later,
                    "kubelet does not tell which queues " + question.describe_pod() + " has: " + error.what(),
                    "the runtime tries again; see whether kubelet runs, and \"kubeletDirectory\" in the "
                    "configuration of rxlease-device-plugin");
  }
}

proto::QueuesAnswer queues_of(const QueuesQuestion& question, const std::vector<std::string>& ids) {
  std::set<kernel::DeviceId> devices;
  for (const auto& id : ids) {
    const auto device = kernel::DeviceId::parse(id);
    if (!device) {
      throw NodeError(NodeError::Kind::foreign_resource,
                      "kubelet allocated " + text::display(id) + " of \"resource\": " + question.resource +
                          " to " + question.describe_pod() + ", which is not a device id of rxlease",
                      "set \"resource\" to one that rxlease-device-plugin serves");
    }
    devices.insert(*device);
  }
  return {{devices.begin(), devices.end()}};
}

}  // namespace

NodeService::NodeService(DevicesOfPod devices_of_pod, prometheus::Registry& registry, GuardDesk guard,
                         LeaseDesk leases)
    : devices_of_pod_(std::move(devices_of_pod)),
      guard_(std::move(guard)),
      leases_(std::move(leases)),
      metrics_(registry) {}

std::string NodeService::answer(const std::string& message, const std::stop_token& stop) const {
  try {
    const auto question = proto::parse_question(message);
    auto answer = std::visit([&](const auto& asked) { return answer_to(asked, stop); }, question);
    metrics_.answered.Increment();
    return answer;
  } catch (const NodeError& error) {
    metrics_.refused.Increment();
    return proto::to_message(error);
  }
}

std::string NodeService::answer_to(const QueuesQuestion& question, const std::stop_token& stop) const {
  return proto::to_message(queues_of(question, ask(devices_of_pod_, question, stop)));
}

std::string NodeService::answer_to(const proto::TakeQuestion& question,
                                   const std::stop_token& /*stop*/) const {
  return proto::to_message(
      proto::QueuesAnswer{guard_.take ? guard_.take(question.devices) : std::vector<kernel::DeviceId>{}});
}

std::string NodeService::answer_to(const proto::ReleaseQuestion& question,
                                   const std::stop_token& /*stop*/) const {
  return proto::to_message(proto::QueuesAnswer{
      guard_.release ? guard_.release(question.nic, std::chrono::seconds(question.seconds))
                     : std::vector<kernel::DeviceId>{}});
}

std::string NodeService::answer_to(const proto::GuardQuestion& /*question*/,
                                   const std::stop_token& /*stop*/) const {
  return proto::to_message(proto::GuardAnswer{guard_.netns_id ? guard_.netns_id() : std::nullopt});
}

std::string NodeService::answer_to(const proto::AddLeaseQuestion& question,
                                   const std::stop_token& stop) const {
  return proto::to_message(leases_.add(question, stop));
}

std::string NodeService::answer_to(const proto::RemoveLeaseQuestion& question,
                                   const std::stop_token& stop) const {
  return proto::to_message(leases_.remove(question, stop));
}

}  // namespace rxlease::deviceplugin::node
