// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "deviceplugin/node/metrics.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::node {

// Answers the CNI plugin's question: which queues are this pod's?
class NodeService {
 public:
  // The ids of the resource's devices that the pod was given, in any order, perhaps more than once. Throws
  // when that cannot be told now; the exception's text says why. Called by several threads at once. A
  // requested stop ends its waiting.
  using DevicesOfPod = std::function<std::vector<std::string>(const proto::QueuesQuestion& question,
                                                              const std::stop_token& stop)>;

  NodeService(DevicesOfPod devices_of_pod, prometheus::Registry& registry);

  // The answer to a message: devices, or an error. Throws nothing but std::bad_alloc.
  std::string answer(const std::string& message, const std::stop_token& stop = {}) const;

 private:
  DevicesOfPod devices_of_pod_;
  QuestionMetrics metrics_;
};

}  // namespace rxlease::deviceplugin::node
