// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/rpc/channel.h"

#include <grpcpp/create_channel.h>

namespace rxlease::deviceplugin::kubelet {

namespace {

constexpr int reconnect_interval = 100;           // milliseconds
constexpr int largest_answer = 16 * 1024 * 1024;  // bytes

}  // namespace

std::shared_ptr<grpc::Channel> connect_to(const std::string& socket) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(largest_answer);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, reconnect_interval);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, reconnect_interval);
  return grpc::CreateCustomChannel("unix://" + socket, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace rxlease::deviceplugin::kubelet
