// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace rxlease::deviceplugin::kubelet {

// A channel of its own to one of kubelet's sockets; gRPC would make a shared one wait longer after each
// failure. It connects with the first call, and again, after at least 100 ms, when kubelet was restarted.
// Takes answers of up to 16 MiB: PodResources of a node with many devices exceeds gRPC's default of 4 MiB.
std::shared_ptr<grpc::Channel> connect_to(const std::string& socket);

}  // namespace rxlease::deviceplugin::kubelet
