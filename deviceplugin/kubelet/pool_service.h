// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/allocate/allocation.h"
#include "deviceplugin/kubelet/call_queue.h"
#include "deviceplugin/kubelet/counters.h"
#include "deviceplugin/pools/device_board.h"
#include "proto/kubelet/deviceplugin/v1beta1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

// Kubelet's DevicePlugin service for one pool. No call blocks the thread that serves the queue.
class PoolService {
 public:
  PoolService(pools::DeviceBoard& board, std::string state_directory, allocate::RenewMap renew_map,
              AllocationCounters& counters)
      : board_(board),
        state_directory_(std::move(state_directory)),
        renew_map_(std::move(renew_map)),
        counters_(counters) {}

  grpc::Service& service() { return service_; }

  // Answers whatever `queue` has calls of. REQUIRES: a started server that has service() and the queue.
  void await_calls(CallQueue& queue);

 private:
  grpc::Status allocate(const v1beta1::AllocateRequest& request, v1beta1::AllocateResponse& response);

  v1beta1::DevicePlugin::AsyncService service_;
  pools::DeviceBoard& board_;
  std::string state_directory_;
  allocate::RenewMap renew_map_;
  AllocationCounters& counters_;
};

}  // namespace rxlease::deviceplugin::kubelet
