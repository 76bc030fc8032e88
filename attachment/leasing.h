// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/attachment.h"
#include "cni/conf/net_conf.h"
#include "cni/system.h"
#include "kernel/netdev.h"

namespace rxlease::cni {

// The NIC that the devices belong to (they are all of one). Error 7 when it is not on this node.
kernel::Nic require_nic(System& system, const std::vector<kernel::DeviceId>& devices);

// The netdev family of a namespace. Error 100 when this kernel cannot lease queues.
kernel::Netdev require_queue_create(kernel::Namespace& netns);

// Leases the configuration's queues to the pod's link, one after the other, and notes in `record` which queue
// of the link leases which device. A queue that is taken is waited for: its last owner may still be on its
// way down. Error 11 names device and holder when it stays taken; 7 a queue that the NIC has not, or a NIC
// that cannot lease. What is leased already ends with the link.
void lease_queues(System& system, const NetConf& conf, const kernel::Nic& nic, kernel::Namespace& pod,
                  std::uint32_t pod_ifindex, attachment::Attachment& record);

}  // namespace rxlease::cni
