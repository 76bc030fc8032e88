// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/allocate/allocator.h"
#include "deviceplugin/kubelet/rpc/call_queue.h"
#include "deviceplugin/kubelet/streams.h"
#include "deviceplugin/pools/device_board.h"
#include "proto/kubelet/deviceplugin/v1beta1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

// Kubelet's DevicePlugin service for one pool. No call blocks the thread that serves the queue.
class PoolService {
 public:
  // All must outlive the service. `streams` counts those of ListAndWatch.
  PoolService(pools::DeviceBoard& board, allocate::Allocator& allocator, Streams& streams)
      : board_(board), allocator_(allocator), streams_(streams) {}

  grpc::Service& service() { return service_; }

  // Answers the calls of `queue`. REQUIRES: a started server with service() and the queue.
  void await_calls(CallQueue& queue);

 private:
  grpc::Status allocate(const v1beta1::AllocateRequest& request, v1beta1::AllocateResponse& response);

  v1beta1::DevicePlugin::AsyncService service_;
  pools::DeviceBoard& board_;
  allocate::Allocator& allocator_;
  Streams& streams_;
};

}  // namespace rxlease::deviceplugin::kubelet
