// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/pod_resources.h"

#include "deviceplugin/kubelet/rpc/channel.h"
#include "proto/kubelet/podresources/v1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

constexpr std::chrono::seconds timeout{2};
constexpr std::chrono::seconds pause_of_a_hung_kubelet{20};

}  // namespace

std::optional<std::map<std::string, std::string>> PodResources::allocations() {
  if (std::chrono::steady_clock::now() < ask_again_) return std::nullopt;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  v1::ListPodResourcesResponse response;
  const auto status = v1::PodResourcesLister::NewStub(connect_to(socket_))->List(&context, {}, &response);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    ask_again_ = std::chrono::steady_clock::now() + pause_of_a_hung_kubelet;
  }
  if (!status.ok()) return std::nullopt;
  std::map<std::string, std::string> pods;
  for (const auto& pod : response.pod_resources()) {
    const auto name = pod.namespace_() + "/" + pod.name();
    for (const auto& container : pod.containers()) {
      for (const auto& devices : container.devices()) {
        for (const auto& id : devices.device_ids()) pods.emplace(id, name);
      }
    }
  }
  return pods;
}

std::optional<std::set<std::string>> PodResources::allocated_devices() {
  const auto pods = allocations();
  if (!pods) return std::nullopt;
  std::set<std::string> ids;
  for (const auto& [id, pod] : *pods) ids.insert(id);
  return ids;
}

}  // namespace rxlease::deviceplugin::kubelet
