// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proto/kubelet/podresources/v1/api.grpc.pb.h"

namespace rxlease::tests {

// What kubelets say to a Get that is switched off.
inline const grpc::Status get_is_disabled(grpc::StatusCode::UNKNOWN, "PodResources API Get method disabled");

// kubelet's PodResources service on a Unix socket: a real gRPC server.
class FakePodResources {
 public:
  explicit FakePodResources(const std::string& socket);
  FakePodResources(const FakePodResources&) = delete;
  FakePodResources& operator=(const FakePodResources&) = delete;
  ~FakePodResources();

  // Gives a container of a pod an entry of devices; pod and container are made when they are new.
  void allocate(const std::string& pod_namespace, const std::string& pod, const std::string& container,
                const std::string& resource, const std::vector<std::string>& ids);

  // A pod without devices.
  void add_pod(const std::string& pod_namespace, const std::string& pod) {
    const std::scoped_lock lock(mutex_);
    find(pod_namespace, pod);
  }

  // Of every Get that a pod is found for.
  void answer_gets_with(const grpc::Status& status);
  // The next calls, first to last, whatever they ask for.
  void answer_next_with(std::vector<grpc::Status> statuses);
  // From now on calls wait for the end of the object.
  void stop_answering();

  // "Get shop/web-0", "List"
  std::vector<std::string> calls() const;

 private:
  class Service final : public v1::PodResourcesLister::Service {
   public:
    explicit Service(FakePodResources& owner) : owner_(owner) {}
    grpc::Status Get(grpc::ServerContext* context, const v1::GetPodResourcesRequest* request,
                     v1::GetPodResourcesResponse* response) override;
    grpc::Status List(grpc::ServerContext* context, const v1::ListPodResourcesRequest* request,
                      v1::ListPodResourcesResponse* response) override;

   private:
    FakePodResources& owner_;
  };

  v1::PodResources& find(const std::string& pod_namespace, const std::string& pod);
  grpc::Status begin(const std::string& call);

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  bool answering_ = true;
  grpc::Status get_status_;
  std::vector<grpc::Status> next_answers_;
  std::vector<std::string> calls_;
  v1::ListPodResourcesResponse pods_;
  Service service_{*this};
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace rxlease::tests
