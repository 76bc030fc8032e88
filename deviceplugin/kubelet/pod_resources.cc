// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/pod_resources.h"

#include <grpcpp/create_channel.h>

#include "proto/kubelet/podresources/v1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

constexpr std::chrono::seconds timeout{2};
constexpr std::chrono::seconds pause_of_a_hung_kubelet{20};
constexpr int largest_answer =
    16 * 1024 * 1024;  // bytes; nodes with many devices exceed gRPC's default of 4 MiB

}  // namespace

std::optional<std::set<std::string>> PodResources::allocated_devices() {
  if (std::chrono::steady_clock::now() < ask_again_) return std::nullopt;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(largest_answer);
  const auto channel =
      grpc::CreateCustomChannel("unix://" + socket_, grpc::InsecureChannelCredentials(), arguments);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  v1::ListPodResourcesResponse response;
  const auto status = v1::PodResourcesLister::NewStub(channel)->List(&context, {}, &response);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    ask_again_ = std::chrono::steady_clock::now() + pause_of_a_hung_kubelet;
  }
  if (!status.ok()) return std::nullopt;
  std::set<std::string> ids;
  for (const auto& pod : response.pod_resources()) {
    for (const auto& container : pod.containers()) {
      for (const auto& devices : container.devices()) {
        ids.insert(devices.device_ids().begin(), devices.device_ids().end());
      }
    }
  }
  return ids;
}

}  // namespace rxlease::deviceplugin::kubelet
