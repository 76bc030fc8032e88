// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/rpc/endpoint.h"

#include <chrono>
#include <stdexcept>

#include "kernel/files.h"

namespace rxlease::deviceplugin::kubelet {

Endpoint::Endpoint(grpc::Service& service, std::string path,
                   const std::function<void(CallQueue&)>& await_calls)
    : path_(std::move(path)) {
  kernel::remove_file(path_);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix://" + path_, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  queue_.emplace(builder.AddCompletionQueue());
  server_ = builder.BuildAndStart();
  if (!server_) {
    queue_->end();
    queue_->run();  // a queue must be empty when it goes
    throw std::runtime_error("could not listen on " + path_);
  }
  identity_ = FileIdentity::of(path_);
  await_calls(*queue_);
  thread_ = std::thread([this] { queue_->run(); });
}

Endpoint::~Endpoint() {
  server_->Shutdown(std::chrono::system_clock::now());
  queue_->end();
  thread_.join();
}

}  // namespace rxlease::deviceplugin::kubelet
