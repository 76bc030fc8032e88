// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/pod_queues.h"

#include <algorithm>
#include <map>
#include <set>

#include "cni/spec/error.h"
#include "cni/verbs/attachments.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

using kernel::DeviceId;
using Devices = std::vector<DeviceId>;

constexpr std::size_t most_queues = 1023;  // NETKIT_NUM_RX_QUEUES_MAX - 1, Linux 7.1

proto::QueuesQuestion question_of(const Call& call) {
  const auto& pod = call.environment.pod;
  return {.pod_namespace = pod.pod_namespace,
          .pod_name = pod.name,
          .pod_uid = pod.uid,
          .container_id = call.environment.container_id,
          .network = call.conf.name,
          .resource = call.conf.queues.resource,
          .queues = call.conf.queues.count};
}

std::string describe_pod(const Call& call) {
  return question_of(call).describe_pod();
}

std::string of_resource(const Call& call) {
  return " of \"resource\": " + call.conf.queues.resource;
}

// Half a name does not mean that there is no pod: it may have been promised queues.
bool names_a_pod(const Call& call) {
  const auto& pod = call.environment.pod;
  if (pod.name.empty() == pod.pod_namespace.empty()) return !pod.name.empty();
  throw Error(Code::invalid_environment,
              std::string("CNI_ARGS lacks ") + (pod.name.empty() ? "K8S_POD_NAME" : "K8S_POD_NAMESPACE"),
              "the pod's queues are asked for by both: K8S_POD_NAMESPACE=NAMESPACE;K8S_POD_NAME=NAME");
}

ChosenQueues without_queues(const Call& call, const std::string& message, const std::string& remedy) {
  if (call.conf.prev_result || call.conf.queues.optional) return {};
  throw Error(Code::invalid_config, message, remedy);
}

ChosenQueues of_nobody(const Call& call) {
  return without_queues(call,
                        "container " + call.environment.container_id + " has no queue" + of_resource(call) +
                            ": CNI_ARGS names no pod whose queues could be asked for",
                        "call with K8S_POD_NAMESPACE and K8S_POD_NAME in CNI_ARGS, name queues in "
                        "\"devices\", or set \"optional\": true");
}

ChosenQueues none_allocated(const Call& call) {
  return without_queues(call, describe_pod(call) + " has no queue" + of_resource(call),
                        "ask for one in the pod's resources.limits, and with Multus in the annotation "
                        "k8s.v1.cni.cncf.io/resourceName of the network attachment definition; or name "
                        "some in \"devices\", or set \"optional\": true");
}

ChosenQueues none_left(const Call& call, std::size_t allocated) {
  return without_queues(call,
                        describe_pod(call) + " has no queue" + of_resource(call) + " left: its " +
                            "other attachments hold all " + std::to_string(allocated),
                        "have them take fewer (\"queues\"), or ask for more in the pod's resources.limits");
}

Devices allocated_to_pod(const Call& call) {
  return call.system.queues_of_pod(proto::node_socket(call.conf.state_directory), question_of(call));
}

// An attachment of the same interface does not count: AttachmentStore::create() refuses a second one.
std::set<DeviceId> held_by_others(const Call& call) {
  std::set<DeviceId> held;
  for (const auto& record : call.site().store().list().attachments) {
    const bool other =
        record.container_id == call.environment.container_id && record.interface != interface_of(call);
    if (!other) continue;
    for (const auto& device : record.devices) held.insert(device.id);
  }
  return held;
}

std::map<std::string, Devices> by_nic(const Devices& devices) {
  std::map<std::string, Devices> nics;
  for (const auto& device : devices) nics[device.nic].push_back(device);
  return nics;
}

std::string describe(const std::map<std::string, Devices>& nics) {
  std::string text;
  for (const auto& [nic, devices] : nics) {
    text += (text.empty() ? "" : ", ") + std::to_string(devices.size()) + " of " + nic;
  }
  return text;
}

Devices take_all(const Call& call, Devices left) {
  const auto nics = by_nic(left);
  if (nics.size() > 1) {
    throw Error(Code::invalid_config,
                describe_pod(call) + " has queues" + of_resource(call) + " of " +
                    std::to_string(nics.size()) + " NICs: " + describe(nics),
                "two NICs take two attachments, for a netkit leases from one: give each its number of "
                "\"queues\", or each NIC a pool and so a \"resource\" of its own");
  }
  if (left.size() > most_queues) {
    throw Error(Code::invalid_config,
                describe_pod(call) + " has " + std::to_string(left.size()) + " queues" + of_resource(call) +
                    ", which is too many",
                "one netkit leases at most 1023: use more attachments, each with its \"queues\"");
  }
  return left;
}

Devices take_some(const Call& call, const Devices& left, std::size_t count) {
  const auto nics = by_nic(left);
  const Devices* best = nullptr;
  for (const auto& [nic, devices] : nics) {
    if (devices.size() >= count && (best == nullptr || devices.size() < best->size())) best = &devices;
  }
  if (best == nullptr) {
    throw Error(Code::invalid_config,
                "\"queues\": " + std::to_string(count) + " is more than " + describe_pod(call) + " has left" +
                    of_resource(call) + " of one NIC: " + describe(nics),
                "use fewer, or ask for more in the pod's resources.limits");
  }
  return {best->begin(), best->begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

ChosenQueues choose_queues(const Call& call) {
  const auto& conf = call.conf.queues;
  if (!conf.devices.empty()) return {conf.devices, {}};
  if (!names_a_pod(call)) return of_nobody(call);
  const auto allocated = allocated_to_pod(call);
  if (allocated.empty()) return none_allocated(call);

  auto claim = call.site().store().lock();
  const auto held = held_by_others(call);
  auto left = allocated;
  std::erase_if(left, [&](const auto& device) { return held.contains(device); });
  if (left.empty()) return none_left(call, allocated.size());
  left = conf.count ? take_some(call, left, *conf.count) : take_all(call, std::move(left));
  return {std::move(left), std::move(claim)};
}

}  // namespace rxlease::cni
