// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "deviceplugin/kubelet/rpc/call_queue.h"
#include "deviceplugin/kubelet/rpc/file_identity.h"

namespace rxlease::deviceplugin::kubelet {

// A gRPC service on a Unix socket, with one thread that sleeps until a client calls. (The threads of gRPC's
// synchronous server and of its callback server wake up every second.) Replaces a socket that an earlier
// process left. The destructor ends all streams and removes the socket.
class Endpoint {
 public:
  // `await_calls` registers for the service's calls on the queue once the server has started. `service` must
  // outlive the endpoint. std::runtime_error when the socket cannot be bound.
  Endpoint(grpc::Service& service, std::string path, const std::function<void(CallQueue&)>& await_calls);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  ~Endpoint();

  // Whether the socket's file is still the bound one: kubelet clears its directory when it starts.
  bool is_there() const { return identity_ && FileIdentity::of(path_) == identity_; }

 private:
  std::string path_;
  std::optional<CallQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  std::optional<FileIdentity> identity_;
  std::thread thread_;
};

}  // namespace rxlease::deviceplugin::kubelet
