// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "deviceplugin/kubelet/call_queue.h"
#include "deviceplugin/kubelet/file_identity.h"

namespace rxlease::deviceplugin::kubelet {

// A gRPC service on a Unix socket, with one thread that sleeps until somebody calls. (gRPC's own threads,
// of the synchronous and of the callback server, wake up every second.) Replaces a file that an earlier
// process left; removes its own in the end, and ends all streams.
class Endpoint {
 public:
  // `await_calls` begins to answer what the queue has calls of, once the server has started. `service` must
  // outlive the endpoint. std::runtime_error when the socket cannot be bound.
  Endpoint(grpc::Service& service, std::string path, const std::function<void(CallQueue&)>& await_calls);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  ~Endpoint();

  // Whether the socket's file is still the one that was bound: kubelet clears its directory when it starts.
  bool is_there() const { return identity_ && FileIdentity::of(path_) == identity_; }

 private:
  std::string path_;
  std::optional<CallQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  std::optional<FileIdentity> identity_;
  std::thread thread_;
};

}  // namespace rxlease::deviceplugin::kubelet
