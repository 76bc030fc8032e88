// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cni/verbs/call.h"
#include "kernel/device_id.h"
#include "kernel/fd.h"

namespace rxlease::cni {

// The queues that an ADD leases: all of one NIC, or none.
struct ChosenQueues {
  std::vector<kernel::DeviceId> devices;
  kernel::Fd claim;  // held until the record names them, so that no other ADD of the pod takes them too
};

// Chooses the configuration's devices. Without these, chooses from the devices that the pod of CNI_ARGS was
// given, as the node daemon tells:
//
// - Devices that the sandbox's other attachments hold are taken. Records of other sandboxes do not count, not
//   even of the same pod: a sandbox that kubelet replaces is dead, and may have left its record behind.
// - With "queues", that many of the rest are chosen: the lowest of one NIC, the NIC that has the fewest which
//   suffice. Without it all of the rest are chosen, and must be of one NIC.
//
// Chooses none when the pod has none left and needs none: "optional", or another plugin before this one. Else
// that is Error 7. Errors 7 and 11 also for a pod that has queues but cannot have them here, or if the
// node daemon does not tell.
ChosenQueues choose_queues(const Call& call);

}  // namespace rxlease::cni
