// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "proto/kubelet/podresources/v1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

// Which of a pod's devices kubelet is asked for.
struct PodQuery {
  std::string pod_namespace;
  std::string pod_name;
  std::string resource;  // "rxlease.dev/rxq"
};

// The client of kubelet's PodResources for one pod at a time. It keeps its connection, and connects again
// when kubelet was restarted. Several threads may ask at once.
class PodDevices {
 public:
  static constexpr std::chrono::seconds usual_timeout{8};

  // `socket`: /var/lib/kubelet/pod-resources/kubelet.sock. It need not be there yet.
  explicit PodDevices(std::string socket);

  // The ids of the resource's devices that kubelet has allocated to the pod, of all its containers, as
  // kubelet lists them: in no order, and perhaps more than once. Empty when the pod has none.
  //
  // Asks for the one pod (Get), and for all pods (List) if kubelet has no Get: before Kubernetes 1.27 it
  // answers UNIMPLEMENTED; while Get's feature gate is off, as it is by default until 1.34, UNKNOWN ("… Get
  // method disabled"). Get answers UNKNOWN for an unknown pod too, so List decides. Pauses and retries, for
  // `timeout` in all, while kubelet is overloaded (RESOURCE_EXHAUSTED: it takes 100 calls a second) or
  // restarting.
  //
  // std::runtime_error, with the reason, when kubelet does not tell: its socket is missing, it does not know
  // the pod, does not answer in time, or answers with an error.
  // A requested stop ends the waiting, as if kubelet did not answer.
  std::vector<std::string> of(const PodQuery& query, std::chrono::milliseconds timeout = usual_timeout,
                              const std::stop_token& stop = {}) const;

 private:
  std::string socket_;
  std::unique_ptr<v1::PodResourcesLister::Stub> stub_;
};

}  // namespace rxlease::deviceplugin::kubelet
