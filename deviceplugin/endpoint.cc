// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/endpoint.h"

#include <sys/stat.h>

#include <chrono>
#include <stdexcept>

#include "kernel/files.h"

namespace rxlease::deviceplugin {

std::optional<FileIdentity> FileIdentity::of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
}

Endpoint::Endpoint(PoolService& service, std::string path) : path_(std::move(path)) {
  kernel::remove_file(path_);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix://" + path_, grpc::InsecureServerCredentials());
  builder.RegisterService(&service.service());
  queue_.emplace(builder.AddCompletionQueue());
  server_ = builder.BuildAndStart();
  if (!server_) {
    queue_->end();
    queue_->run();  // a queue must be empty when it goes
    throw std::runtime_error("could not listen on " + path_);
  }
  identity_ = FileIdentity::of(path_);
  service.await_calls(*queue_);
  thread_ = std::thread([this] { queue_->run(); });
}

Endpoint::~Endpoint() {
  server_->Shutdown(std::chrono::system_clock::now());
  queue_->end();
  thread_.join();
}

}  // namespace rxlease::deviceplugin
