// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/pools/allocations.h"
#include "deviceplugin/pools/inventory.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::lend {

// What a choice is made by.
struct View {
  std::vector<pools::PoolState> pools;  // judged
  std::vector<attachment::Attachment> attachments;
  pools::Allocations allocations;
};

// The pod's attachments, its loans among them. NodeError refused: it has none that the runtime made.
std::vector<attachment::Attachment> attachments_of(const proto::AddLeaseQuestion& question, const View& view);

// The devices to lend, all of one NIC: that of the pod's other queues in this pool, or else the one that has
// most free queues. NodeError refused: there is no such pool; it is one for AF_XDP, whose queues reach a
// container only by the folder that kubelet mounts at its start; or there are not so many free queues.
// NodeError try_again_later: kubelet does not tell what it has allocated.
std::vector<kernel::DeviceId> choose_devices(const proto::AddLeaseQuestion& question, const View& view,
                                             const std::vector<attachment::Attachment>& of_pod);

// Whether one of the devices is somebody's: by a record, or by kubelet, or because kubelet does not tell.
bool is_taken(const std::vector<kernel::DeviceId>& devices, const View& view);

}  // namespace rxlease::deviceplugin::lend
