// SPDX-License-Identifier: Apache-2.0
//
// The least that a device plugin can be: gRPC, made-up devices that never change, and an Allocate that
// answers with one environment variable and one mount, unchecked.
//
//   daemon_floor KUBELET_DIRECTORY DEVICES
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <cstdio>
#include <exception>
#include <mutex>
#include <string>

#include "proto/kubelet/deviceplugin/v1beta1/api.grpc.pb.h"

namespace {

class Plugin final : public v1beta1::DevicePlugin::Service {
 public:
  explicit Plugin(int devices) : devices_(devices) {}

  grpc::Status GetDevicePluginOptions(grpc::ServerContext*, const v1beta1::Empty*,
                                      v1beta1::DevicePluginOptions*) override {
    return grpc::Status::OK;
  }

  grpc::Status ListAndWatch(grpc::ServerContext*, const v1beta1::Empty*,
                            grpc::ServerWriter<v1beta1::ListAndWatchResponse>* writer) override {
    v1beta1::ListAndWatchResponse list;
    for (int i = 0; i < devices_; ++i) {
      auto* device = list.add_devices();
      device->set_id("floor-rx" + std::to_string(i));
      device->set_health("Healthy");
    }
    writer->Write(list);
    std::unique_lock lock(mutex_);
    never_.wait(lock, [] { return false; });  // the benchmark kills the program
    return grpc::Status::OK;
  }

  grpc::Status Allocate(grpc::ServerContext*, const v1beta1::AllocateRequest* request,
                        v1beta1::AllocateResponse* response) override {
    for (const auto& container : request->container_requests()) {
      auto* answer = response->add_container_responses();
      for (const auto& id : container.devices_ids()) {
        (*answer->mutable_envs())["FLOOR"] = id;
        answer->add_mounts()->set_host_path("/run/floor/" + id);
      }
    }
    return grpc::Status::OK;
  }

 private:
  int devices_;
  std::mutex mutex_;
  std::condition_variable never_;
};

int serve(const std::string& directory, int devices) {
  Plugin plugin(devices);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix://" + directory + "/floor.sock", grpc::InsecureServerCredentials());
  builder.RegisterService(&plugin);
  const auto server = builder.BuildAndStart();
  v1beta1::RegisterRequest request;
  request.set_version("v1beta1");
  request.set_endpoint("floor.sock");
  request.set_resource_name("rxlease.dev/floor");
  grpc::ClientContext context;
  v1beta1::Empty response;
  const auto kubelet = v1beta1::Registration::NewStub(
      grpc::CreateChannel("unix://" + directory + "/kubelet.sock", grpc::InsecureChannelCredentials()));
  const auto status = kubelet->Register(&context, request, &response);
  if (!status.ok()) throw std::runtime_error("Register: " + status.error_message());
  server->Wait();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::invalid_argument("usage: daemon_floor KUBELET_DIRECTORY DEVICES");
    return serve(std::string(argv[1]) + "/device-plugins", std::stoi(argv[2]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "daemon_floor: %s\n", error.what());
    return 1;
  }
}
