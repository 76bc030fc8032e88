// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cni/plugin.h"
#include "kernel/device_id.h"
#include "kernel/fd.h"

namespace rxlease::cni {

// The queues that an ADD is to lease: all of one NIC, or none.
struct PodQueues {
  std::vector<kernel::DeviceId> devices;
  kernel::Fd claim;  // held until the record names them, so that no other ADD of the pod takes them too
};

// The configuration's devices, or else of those that kubelet allocated to the pod in CNI_ARGS a share that
// does not depend on kubelet's order:
//
// - What the sandbox's other attachments hold is not there any more. Records of other sandboxes do not count,
//   not even of the same pod: one that kubelet replaces is dead, and may have left its record behind.
// - Of the rest "queues" takes that many, the lowest of the NIC that has the fewest which suffice; without it
//   the attachment takes all, and they must be of one NIC.
//
// None when the pod has none left and need not have: "optional", or another plugin before this one. Else
// Error 7. Errors 7 and 11 also for a pod that has queues but cannot have them here, or of which kubelet does
// not tell. REQUIRES: no other namespace entered yet.
PodQueues choose_queues(const Call& call);

}  // namespace rxlease::cni
