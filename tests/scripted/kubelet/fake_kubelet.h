// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proto/kubelet/deviceplugin/v1beta1/api.grpc.pb.h"

namespace rxlease::tests {

// The Registration service of a kubelet, and what a kubelet does with a plugin that registered.
class FakeKubelet {
 public:
  // `directory`: kubelet's; its device-plugins directory is cleared first, as a real one does.
  explicit FakeKubelet(const std::string& directory);
  FakeKubelet(const FakeKubelet&) = delete;
  FakeKubelet& operator=(const FakeKubelet&) = delete;
  ~FakeKubelet();

  std::vector<v1beta1::RegisterRequest> registrations() const;
  void refuse(bool refusing);  // answers the next registrations with an error

  // A stub for the plugin behind a registration's endpoint.
  std::unique_ptr<v1beta1::DevicePlugin::Stub> plugin(const std::string& endpoint) const;

 private:
  class Service final : public v1beta1::Registration::Service {
   public:
    grpc::Status Register(grpc::ServerContext* context, const v1beta1::RegisterRequest* request,
                          v1beta1::Empty* response) override;
    mutable std::mutex mutex;
    std::vector<v1beta1::RegisterRequest> requests;
    bool refusing = false;
  };

  std::string directory_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
};

// A ListAndWatch stream, read by a thread of its own.
class DeviceWatch {
 public:
  explicit DeviceWatch(v1beta1::DevicePlugin::Stub& plugin);
  DeviceWatch(const DeviceWatch&) = delete;
  DeviceWatch& operator=(const DeviceWatch&) = delete;
  ~DeviceWatch();

  // Waits up to five seconds until at least `count` lists have come, and returns all of them.
  std::vector<v1beta1::ListAndWatchResponse> lists(std::size_t count);

  // Waits up to five seconds for the plugin to end the stream.
  bool has_ended();

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1beta1::ListAndWatchResponse>> reader_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<v1beta1::ListAndWatchResponse> lists_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace rxlease::tests
