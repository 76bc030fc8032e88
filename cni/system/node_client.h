// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "kernel/device_id.h"
#include "kernel/process/seqpacket.h"
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

// Tells the node daemon that an ADD is about to lease these devices, so that its guard lets go of them. Does
// not wait for the answer: the leasing waits for a queue that is taken. Says nothing when nobody listens, or
// when the daemon is one that does not know the question: then no guard holds a queue, or it lets go as soon
// as it sees the record. Returns the connection; the daemon may answer as long as it is open.
std::optional<kernel::SeqPacket> tell_node(const std::string& socket, const proto::TakeQuestion& question);

}  // namespace rxlease::cni
