// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace rxlease::cni {

// Which of a pod's devices kubelet is asked for.
struct AllocationQuery {
  std::string socket;  // of kubelet's PodResources API: an absolute path
  std::string pod_namespace;
  std::string pod_name;
  std::string resource;  // "rxlease.dev/rxq"

  std::string describe_pod() const { return "pod " + pod_namespace + "/" + pod_name; }
};

// The ids of the resource's devices that kubelet has allocated to the pod, of all its containers, as kubelet
// lists them: in no order, and perhaps more than once. Empty when the pod has none.
//
// Asks for the one pod (Get), and for all pods (List) if kubelet has no Get: before Kubernetes 1.27 it
// answers UNIMPLEMENTED; while Get's feature gate is off, as it is by default until 1.34, UNKNOWN ("… Get
// method disabled"). Get answers UNKNOWN for an unknown pod too, so List decides. Pauses and retries, for
// `timeout` in all, while kubelet is overloaded (RESOURCE_EXHAUSTED: it takes 100 calls a second) or
// restarting.
//
// Error 11, whatever the reason, when kubelet does not tell, for instance when its socket is missing: the pod
// may have been promised queues, and must not start without them.
//
// REQUIRES: no other namespace entered. gRPC's threads live in the caller's namespace, and have ended on
// return.
std::vector<std::string> ask_kubelet(const AllocationQuery& query,
                                     std::chrono::milliseconds timeout = std::chrono::seconds{10});

}  // namespace rxlease::cni
