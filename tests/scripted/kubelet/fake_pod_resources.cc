// SPDX-License-Identifier: Apache-2.0
#include "tests/scripted/kubelet/fake_pod_resources.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rxlease::tests {

FakePodResources::FakePodResources(const std::string& socket) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix://" + socket, grpc::InsecureServerCredentials());
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
}

FakePodResources::~FakePodResources() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  server_->Shutdown(std::chrono::system_clock::now());
}

v1::PodResources& FakePodResources::find(const std::string& pod_namespace, const std::string& pod) {
  for (auto& known : *pods_.mutable_pod_resources()) {
    if (known.namespace_() == pod_namespace && known.name() == pod) return known;
  }
  auto& added = *pods_.add_pod_resources();
  added.set_namespace_(pod_namespace);
  added.set_name(pod);
  return added;
}

void FakePodResources::allocate(const std::string& pod_namespace, const std::string& pod,
                                const std::string& container, const std::string& resource,
                                const std::vector<std::string>& ids) {
  const std::scoped_lock lock(mutex_);
  auto& containers = *find(pod_namespace, pod).mutable_containers();
  const auto named = [&](const auto& known) { return known.name() == container; };
  auto found = std::find_if(containers.begin(), containers.end(), named);
  auto& entry = *(found == containers.end() ? containers.Add() : &*found);
  entry.set_name(container);
  auto& devices = *entry.add_devices();
  devices.set_resource_name(resource);
  devices.mutable_device_ids()->Add(ids.begin(), ids.end());
}

void FakePodResources::answer_gets_with(const grpc::Status& status) {
  const std::scoped_lock lock(mutex_);
  get_status_ = status;
}

void FakePodResources::answer_next_with(std::vector<grpc::Status> statuses) {
  const std::scoped_lock lock(mutex_);
  next_answers_ = std::move(statuses);
}

void FakePodResources::stop_answering() {
  const std::scoped_lock lock(mutex_);
  answering_ = false;
}

std::vector<std::string> FakePodResources::calls() const {
  const std::scoped_lock lock(mutex_);
  return calls_;
}

grpc::Status FakePodResources::begin(const std::string& call) {
  std::unique_lock lock(mutex_);
  calls_.push_back(call);
  if (!answering_) ended_.wait(lock, [this] { return ending_; });
  if (next_answers_.empty()) return grpc::Status::OK;
  auto answer = next_answers_.front();
  next_answers_.erase(next_answers_.begin());
  return answer;
}

grpc::Status FakePodResources::Service::Get(grpc::ServerContext*, const v1::GetPodResourcesRequest* request,
                                            v1::GetPodResourcesResponse* response) {
  const auto& pod_namespace = request->pod_namespace();
  if (auto answer = owner_.begin("Get " + pod_namespace + "/" + request->pod_name()); !answer.ok())
    return answer;
  const std::scoped_lock lock(owner_.mutex_);
  if (!owner_.get_status_.ok()) return owner_.get_status_;
  for (const auto& pod : owner_.pods_.pod_resources()) {
    if (pod.namespace_() != pod_namespace || pod.name() != request->pod_name()) continue;
    *response->mutable_pod_resources() = pod;
    return grpc::Status::OK;
  }
  return {grpc::StatusCode::UNKNOWN,
          "pod " + request->pod_name() + " in namespace " + pod_namespace + " not found"};
}

grpc::Status FakePodResources::Service::List(grpc::ServerContext*, const v1::ListPodResourcesRequest*,
                                             v1::ListPodResourcesResponse* response) {
  if (auto answer = owner_.begin("List"); !answer.ok()) return answer;
  const std::scoped_lock lock(owner_.mutex_);
  *response = owner_.pods_;
  return grpc::Status::OK;
}

}  // namespace rxlease::tests
