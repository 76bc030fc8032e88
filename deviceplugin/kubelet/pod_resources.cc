// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/pod_resources.h"

#include "deviceplugin/kubelet/rpc/channel.h"
#include "proto/kubelet/podresources/v1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

constexpr std::chrono::seconds timeout{2};
constexpr std::int64_t highest_cpu = 65535;  // more than Linux can have
constexpr std::chrono::seconds pause_of_a_hung_kubelet{20};

}  // namespace

bool PodResources::list(v1::ListPodResourcesResponse& response) {
  if (std::chrono::steady_clock::now() < ask_again_) return false;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  const auto status = v1::PodResourcesLister::NewStub(connect_to(socket_))->List(&context, {}, &response);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    ask_again_ = std::chrono::steady_clock::now() + pause_of_a_hung_kubelet;
  }
  return status.ok();
}

std::optional<std::map<std::string, std::string>> PodResources::allocations() {
  v1::ListPodResourcesResponse response;
  if (!list(response)) return std::nullopt;
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

std::optional<std::map<std::string, std::set<std::uint32_t>>> PodResources::pinned_cpus() {
  v1::ListPodResourcesResponse response;
  if (!list(response)) return std::nullopt;
  std::map<std::string, std::set<std::uint32_t>> pinned;
  for (const auto& pod : response.pod_resources()) {
    for (const auto& container : pod.containers()) {
      std::set<std::uint32_t> cpus;
      for (const auto cpu : container.cpu_ids()) {
        if (cpu >= 0 && cpu <= highest_cpu) cpus.insert(static_cast<std::uint32_t>(cpu));
      }
      for (const auto& devices : container.devices()) {
        for (const auto& id : devices.device_ids()) pinned.emplace(id, cpus);
      }
    }
  }
  return pinned;
}

}  // namespace rxlease::deviceplugin::kubelet
