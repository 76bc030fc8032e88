// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proto/kubelet/deviceplugin/v1beta1/api.grpc.pb.h"
#include "proto/kubelet/podresources/v1/api.grpc.pb.h"

namespace rxlease::tests {

// How long kubelet and those who stand beside it wait for the daemon.
constexpr std::chrono::seconds patience{20};

// A kubelet as its plugins meet it: the Registration service, what it does with a plugin that registered, and
// the PodResources service that tells what it gave to whom.
class FakeKubelet {
 public:
  // `directory`: kubelet's; its device-plugins directory is cleared first, as a real one does.
  explicit FakeKubelet(const std::string& directory);
  FakeKubelet(const FakeKubelet&) = delete;
  FakeKubelet& operator=(const FakeKubelet&) = delete;
  ~FakeKubelet();

  std::vector<v1beta1::RegisterRequest> registrations() const;
  void refuse(bool refusing);  // answers the next registrations with an error
  void hang(bool hanging);     // answers no registration as long as it hangs

  // A stub for the plugin behind a registration's endpoint.
  std::unique_ptr<v1beta1::DevicePlugin::Stub> plugin(const std::string& endpoint) const;

  // What PodResources tells from now on. `cpus`: those that the CPU manager pins the pod to.
  void allocate(const std::string& pod_namespace, const std::string& pod, const std::vector<std::string>& ids,
                const std::vector<std::int64_t>& cpus = {});
  void forget_allocations();
  void keep_allocations_secret(bool secret);  // answers with an error instead

 private:
  class Registration final : public v1beta1::Registration::Service {
   public:
    grpc::Status Register(grpc::ServerContext* context, const v1beta1::RegisterRequest* request,
                          v1beta1::Empty* response) override;
    mutable std::mutex mutex;
    std::condition_variable goes_on;
    std::vector<v1beta1::RegisterRequest> requests;
    bool refusing = false;
    bool hanging = false;
  };

  class PodResources final : public v1::PodResourcesLister::Service {
   public:
    grpc::Status List(grpc::ServerContext* context, const v1::ListPodResourcesRequest* request,
                      v1::ListPodResourcesResponse* response) override;
    std::mutex mutex;
    v1::ListPodResourcesResponse pods;
    bool secret = false;
  };

  std::string directory_;
  Registration registration_;
  PodResources pod_resources_;
  std::unique_ptr<grpc::Server> server_;
};

// A ListAndWatch stream, read by a thread of its own. All waiting ends after a generous limit.
class DeviceWatch {
 public:
  using Health = std::map<std::string, std::string>;  // by device id: Healthy, Unhealthy
  using Clock = std::chrono::steady_clock;

  explicit DeviceWatch(v1beta1::DevicePlugin::Stub& plugin);
  DeviceWatch(const DeviceWatch&) = delete;
  DeviceWatch& operator=(const DeviceWatch&) = delete;
  ~DeviceWatch();

  // Waits until at least `count` lists have come, and returns all of them.
  std::vector<v1beta1::ListAndWatchResponse> lists(std::size_t count);

  // Waits for the first list. False: the stream ended without one, as that of a deleted socket does.
  bool begins();

  // Waits until the last list is this one.
  testing::AssertionResult shows(const Health& wanted);

  // When the last list came.
  Clock::time_point last_came();

  // Waits for the plugin to end the stream.
  bool has_ended();

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1beta1::ListAndWatchResponse>> reader_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<v1beta1::ListAndWatchResponse> lists_;
  Clock::time_point last_came_;
  bool ended_ = false;
  std::thread thread_;
};

// kubelet's Allocate for one container.
grpc::Status allocate_ids(v1beta1::DevicePlugin::Stub& plugin, const std::vector<std::string>& ids,
                          v1beta1::AllocateResponse& response);

}  // namespace rxlease::tests
