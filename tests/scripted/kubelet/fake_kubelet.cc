// SPDX-License-Identifier: Apache-2.0
#include "tests/scripted/kubelet/fake_kubelet.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/patience.h"

namespace rxlease::tests {

namespace {

DeviceWatch::Health health_in(const v1beta1::ListAndWatchResponse& list) {
  DeviceWatch::Health health;
  for (const auto& device : list.devices()) health[device.id()] = device.health();
  return health;
}

}  // namespace

grpc::Status FakeKubelet::Registration::Register(grpc::ServerContext*,
                                                 const v1beta1::RegisterRequest* request, v1beta1::Empty*) {
  std::unique_lock lock(mutex);
  goes_on.wait(lock, [&] { return !hanging; });
  if (refusing) return {grpc::StatusCode::UNAVAILABLE, "not now"};
  requests.push_back(*request);
  return grpc::Status::OK;
}

grpc::Status FakeKubelet::PodResources::List(grpc::ServerContext*, const v1::ListPodResourcesRequest*,
                                             v1::ListPodResourcesResponse* response) {
  const std::scoped_lock lock(mutex);
  if (secret) return {grpc::StatusCode::UNAVAILABLE, "not now"};
  *response = pods;
  return grpc::Status::OK;
}

FakeKubelet::FakeKubelet(const std::string& directory) : directory_(directory + "/device-plugins") {
  std::filesystem::create_directories(directory_);
  std::filesystem::create_directories(directory + "/pod-resources");
  for (const auto& entry : std::filesystem::directory_iterator(directory_))
    std::filesystem::remove(entry.path());
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix://" + directory_ + "/kubelet.sock", grpc::InsecureServerCredentials());
  builder.AddListeningPort("unix://" + directory + "/pod-resources/kubelet.sock",
                           grpc::InsecureServerCredentials());
  builder.RegisterService(&registration_);
  builder.RegisterService(&pod_resources_);
  server_ = builder.BuildAndStart();
}

FakeKubelet::~FakeKubelet() {
  hang(false);
  server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
  // gRPC removes the sockets a moment later, when the next kubelet's may be in their places already.
  for (int i = 0; i < 5000 && std::filesystem::exists(directory_ + "/kubelet.sock"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::vector<v1beta1::RegisterRequest> FakeKubelet::registrations() const {
  const std::scoped_lock lock(registration_.mutex);
  return registration_.requests;
}

void FakeKubelet::hang(bool hanging) {
  const std::scoped_lock lock(registration_.mutex);
  registration_.hanging = hanging;
  registration_.goes_on.notify_all();
}

void FakeKubelet::refuse(bool refusing) {
  const std::scoped_lock lock(registration_.mutex);
  registration_.refusing = refusing;
}

std::unique_ptr<v1beta1::DevicePlugin::Stub> FakeKubelet::plugin(const std::string& endpoint) const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return v1beta1::DevicePlugin::NewStub(grpc::CreateCustomChannel(
      "unix://" + directory_ + "/" + endpoint, grpc::InsecureChannelCredentials(), arguments));
}

void FakeKubelet::allocate(const std::string& pod_namespace, const std::string& pod,
                           const std::vector<std::string>& ids, const std::vector<std::int64_t>& cpus) {
  const std::scoped_lock lock(pod_resources_.mutex);
  auto* added = pod_resources_.pods.add_pod_resources();
  added->set_namespace_(pod_namespace);
  added->set_name(pod);
  auto* container = added->add_containers();
  container->mutable_cpu_ids()->Add(cpus.begin(), cpus.end());
  auto* devices = container->add_devices();
  devices->set_resource_name("rxlease.dev/rxq");
  for (const auto& id : ids) devices->add_device_ids(id);
}

void FakeKubelet::forget_allocations() {
  const std::scoped_lock lock(pod_resources_.mutex);
  pod_resources_.pods.Clear();
}

void FakeKubelet::keep_allocations_secret(bool secret) {
  const std::scoped_lock lock(pod_resources_.mutex);
  pod_resources_.secret = secret;
}

DeviceWatch::DeviceWatch(v1beta1::DevicePlugin::Stub& plugin)
    : reader_(plugin.ListAndWatch(&context_, {})), thread_([this] {
        v1beta1::ListAndWatchResponse list;
        while (reader_->Read(&list)) {
          const std::scoped_lock lock(mutex_);
          last_came_ = Clock::now();
          lists_.push_back(list);
          news_.notify_all();
        }
        reader_->Finish();
        const std::scoped_lock lock(mutex_);
        ended_ = true;
        news_.notify_all();
      }) {}

DeviceWatch::~DeviceWatch() {
  context_.TryCancel();
  thread_.join();
}

std::vector<v1beta1::ListAndWatchResponse> DeviceWatch::lists(std::size_t count) {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, patience * patience_factor(), [&] { return lists_.size() >= count; });
  return lists_;
}

bool DeviceWatch::begins() {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, patience * patience_factor(), [&] { return ended_ || !lists_.empty(); });
  return !lists_.empty();
}

testing::AssertionResult DeviceWatch::shows(const Health& wanted) {
  std::unique_lock lock(mutex_);
  const auto last = [&] { return lists_.empty() ? Health{} : health_in(lists_.back()); };
  const bool is_so =
      news_.wait_for(lock, patience * patience_factor(), [&] { return !lists_.empty() && last() == wanted; });
  return testing::AssertionResult(is_so)
         << "the last of " << lists_.size() << " lists is " << testing::PrintToString(last());
}

DeviceWatch::Clock::time_point DeviceWatch::last_came() {
  const std::scoped_lock lock(mutex_);
  return last_came_;
}

bool DeviceWatch::has_ended() {
  std::unique_lock lock(mutex_);
  return news_.wait_for(lock, patience * patience_factor(), [&] { return ended_; });
}

grpc::Status allocate_ids(v1beta1::DevicePlugin::Stub& plugin, const std::vector<std::string>& ids,
                          v1beta1::AllocateResponse& response) {
  v1beta1::AllocateRequest request;
  auto* container = request.add_container_requests();
  for (const auto& id : ids) container->add_devices_ids(id);
  grpc::ClientContext context;
  return plugin.Allocate(&context, request, &response);
}

}  // namespace rxlease::tests
