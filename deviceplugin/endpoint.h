// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "deviceplugin/pool_service.h"

namespace rxlease::deviceplugin {

// What tells one socket file from another of the same name.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  std::int64_t changed_seconds = 0, changed_nanoseconds = 0;

  // nullopt when nothing is there.
  static std::optional<FileIdentity> of(const std::string& path);
  bool operator==(const FileIdentity&) const = default;
};

// A pool's service on a Unix socket, with one thread that sleeps until somebody calls. (gRPC's own threads,
// of the synchronous and of the callback server, wake up every second.) Replaces a file that an earlier
// process left; removes its own in the end, and ends all streams.
class Endpoint {
 public:
  // std::runtime_error when the socket cannot be bound. `service` must outlive the endpoint.
  Endpoint(PoolService& service, std::string path);
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

}  // namespace rxlease::deviceplugin
