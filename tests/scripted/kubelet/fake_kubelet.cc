// SPDX-License-Identifier: Apache-2.0
#include "tests/scripted/kubelet/fake_kubelet.h"

#include <chrono>
#include <filesystem>

namespace rxlease::tests {

namespace {

constexpr std::chrono::seconds patience{5};

}  // namespace

grpc::Status FakeKubelet::Service::Register(grpc::ServerContext*, const v1beta1::RegisterRequest* request,
                                            v1beta1::Empty*) {
  const std::scoped_lock lock(mutex);
  if (refusing) return {grpc::StatusCode::UNAVAILABLE, "not now"};
  requests.push_back(*request);
  return grpc::Status::OK;
}

FakeKubelet::FakeKubelet(const std::string& directory) : directory_(directory + "/device-plugins") {
  std::filesystem::create_directories(directory_);
  for (const auto& entry : std::filesystem::directory_iterator(directory_))
    std::filesystem::remove(entry.path());
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix://" + directory_ + "/kubelet.sock", grpc::InsecureServerCredentials());
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
}

FakeKubelet::~FakeKubelet() {
  server_->Shutdown(std::chrono::system_clock::now());
}

std::vector<v1beta1::RegisterRequest> FakeKubelet::registrations() const {
  const std::scoped_lock lock(service_.mutex);
  return service_.requests;
}

void FakeKubelet::refuse(bool refusing) {
  const std::scoped_lock lock(service_.mutex);
  service_.refusing = refusing;
}

std::unique_ptr<v1beta1::DevicePlugin::Stub> FakeKubelet::plugin(const std::string& endpoint) const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return v1beta1::DevicePlugin::NewStub(grpc::CreateCustomChannel(
      "unix://" + directory_ + "/" + endpoint, grpc::InsecureChannelCredentials(), arguments));
}

DeviceWatch::DeviceWatch(v1beta1::DevicePlugin::Stub& plugin)
    : reader_(plugin.ListAndWatch(&context_, {})), thread_([this] {
        v1beta1::ListAndWatchResponse list;
        while (reader_->Read(&list)) {
          const std::scoped_lock lock(mutex_);
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
  news_.wait_for(lock, patience, [&] { return lists_.size() >= count; });
  return lists_;
}

bool DeviceWatch::has_ended() {
  std::unique_lock lock(mutex_);
  return news_.wait_for(lock, patience, [&] { return ended_; });
}

}  // namespace rxlease::tests
