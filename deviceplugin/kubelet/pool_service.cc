// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/pool_service.h"

#include "deviceplugin/kubelet/answers.h"
#include "deviceplugin/kubelet/device_stream.h"
#include "deviceplugin/kubelet/rpc/unary_call.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

using Service = v1beta1::DevicePlugin::AsyncService;
using Kind = allocate::AllocationError::Kind;

grpc::StatusCode code_of(Kind kind) {
  switch (kind) {
    case Kind::unknown_device:
      return grpc::StatusCode::NOT_FOUND;
    case Kind::unhealthy_device:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case Kind::several_nics:
      break;
  }
  return grpc::StatusCode::INVALID_ARGUMENT;
}

}  // namespace

grpc::Status PoolService::allocate(const v1beta1::AllocateRequest& request,
                                   v1beta1::AllocateResponse& response) {
  try {
    response = allocate_all(allocator_, board_.read(), request);
    return grpc::Status::OK;
  } catch (const allocate::AllocationError& error) {
    return {code_of(error.kind()), error.what()};
  }
}

void PoolService::await_calls(CallQueue& queue) {
  using v1beta1::Empty;
  UnaryCall<Service, Empty, v1beta1::DevicePluginOptions>::await(
      service_, queue, &Service::RequestGetDevicePluginOptions,
      [](const Empty&, v1beta1::DevicePluginOptions& response) {
        response.set_get_preferred_allocation_available(true);
        return grpc::Status::OK;
      });
  UnaryCall<Service, v1beta1::PreferredAllocationRequest, v1beta1::PreferredAllocationResponse>::await(
      service_, queue, &Service::RequestGetPreferredAllocation,
      [this](const v1beta1::PreferredAllocationRequest& request,
             v1beta1::PreferredAllocationResponse& response) {
        response = prefer_all(board_.read(), request);
        return grpc::Status::OK;
      });
  UnaryCall<Service, v1beta1::AllocateRequest, v1beta1::AllocateResponse>::await(
      service_, queue, &Service::RequestAllocate,
      [this](const v1beta1::AllocateRequest& request, v1beta1::AllocateResponse& response) {
        return allocate(request, response);
      });
  UnaryCall<Service, v1beta1::PreStartContainerRequest, v1beta1::PreStartContainerResponse>::await(
      service_, queue, &Service::RequestPreStartContainer,
      [](const v1beta1::PreStartContainerRequest&, v1beta1::PreStartContainerResponse&) {
        return grpc::Status::OK;
      });
  DeviceStream::await({service_, queue, board_, streams_});
}

}  // namespace rxlease::deviceplugin::kubelet
