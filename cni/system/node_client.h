// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kernel/device_id.h"
#include "proto/node.h"

namespace rxlease::cni {

// How long the node daemon may take: to accept the connection, and until its answer is there.
struct NodeLimits {
  std::chrono::milliseconds connect{1000};
  std::chrono::milliseconds whole{10000};
};

// Asks the node daemon at its socket (see proto/node.h) which queues the pod has. Empty: it has none of this
// resource.
//
// Error 11, whatever the reason, when the daemon does not tell: the pod may have been promised queues, and
// must not start without them; the runtime tries again. Error 7 when another device plugin serves the
// resource.
std::vector<kernel::DeviceId> ask_node(const std::string& socket, const proto::QueuesQuestion& question,
                                       const NodeLimits& limits = {});

}  // namespace rxlease::cni
