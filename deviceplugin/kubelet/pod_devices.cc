// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/pod_devices.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <thread>

#include "deviceplugin/kubelet/rpc/channel.h"
#include "text/display.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;  // gRPC's deadlines are of this clock

constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{500};

// What kubelet said. `pod` is empty when it does not know the pod.
struct Answer {
  grpc::Status status;
  std::optional<v1::PodResources> pod;
};

// When a call has to have ended.
struct CallLimit {
  system_clock::time_point deadline;
  const std::stop_token& stop;
};

Answer get(v1::PodResourcesLister::Stub& stub, const PodQuery& query, const CallLimit& limit) {
  grpc::ClientContext context;
  context.set_deadline(limit.deadline);
  const std::stop_callback cancel(limit.stop, [&] { context.TryCancel(); });
  v1::GetPodResourcesRequest request;
  request.set_pod_name(query.pod_name);
  request.set_pod_namespace(query.pod_namespace);
  v1::GetPodResourcesResponse response;
  Answer answer{stub.Get(&context, request, &response), {}};
  if (response.has_pod_resources()) answer.pod = std::move(*response.mutable_pod_resources());
  return answer;
}

Answer list(v1::PodResourcesLister::Stub& stub, const PodQuery& query, const CallLimit& limit) {
  grpc::ClientContext context;
  context.set_deadline(limit.deadline);
  const std::stop_callback cancel(limit.stop, [&] { context.TryCancel(); });
  v1::ListPodResourcesResponse response;
  Answer answer{stub.List(&context, {}, &response), {}};
  for (auto& pod : *response.mutable_pod_resources()) {
    if (pod.name() == query.pod_name && pod.namespace_() == query.pod_namespace) answer.pod = std::move(pod);
  }
  return answer;
}

Answer ask(v1::PodResourcesLister::Stub& stub, const PodQuery& query, const CallLimit& limit) {
  auto answer = get(stub, query, limit);
  const auto code = answer.status.error_code();
  const bool open = code == grpc::StatusCode::UNIMPLEMENTED || code == grpc::StatusCode::UNKNOWN;
  return open ? list(stub, query, limit) : answer;
}

// RESOURCE_EXHAUSTED means that kubelet is asked too often, or that its answer is too large; retrying helps
// against the first only.
bool is_temporary(const grpc::Status& status) {
  const auto code = status.error_code();
  const bool too_large = status.error_message().find("larger than max") != std::string::npos;
  return code == grpc::StatusCode::UNAVAILABLE ||
         (code == grpc::StatusCode::RESOURCE_EXHAUSTED && !too_large);
}

std::string describe(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return "it does not answer";
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return "it accepts no connections";
  if (status.error_code() == grpc::StatusCode::CANCELLED) return "the node daemon ends";
  return "gRPC status " + std::to_string(status.error_code()) + ", " + text::display(status.error_message());
}

std::vector<std::string> devices_in(const v1::PodResources& pod, const std::string& resource) {
  std::vector<std::string> ids;
  for (const auto& container : pod.containers()) {
    for (const auto& devices : container.devices()) {
      if (devices.resource_name() != resource) continue;
      ids.insert(ids.end(), devices.device_ids().begin(), devices.device_ids().end());
    }
  }
  return ids;
}

}  // namespace

PodDevices::PodDevices(std::string socket)
    : socket_(std::move(socket)), stub_(v1::PodResourcesLister::NewStub(connect_to(socket_))) {}

std::vector<std::string> PodDevices::of(const PodQuery& query, milliseconds timeout,
                                        const std::stop_token& stop) const {
  const auto deadline = system_clock::now() + timeout;
  for (milliseconds pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    if (access(socket_.c_str(), F_OK) != 0) {
      throw std::runtime_error("there is no socket " + text::display(socket_));
    }
    const auto answer = ask(*stub_, query, {deadline, stop});
    if (answer.status.ok()) {
      if (answer.pod) return devices_in(*answer.pod, query.resource);
      throw std::runtime_error("it does not know the pod");
    }
    if (!is_temporary(answer.status) || system_clock::now() + pause > deadline) {
      throw std::runtime_error(describe(answer.status));
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace rxlease::deviceplugin::kubelet
