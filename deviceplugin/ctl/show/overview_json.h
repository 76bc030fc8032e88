// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/ctl/show/overview.h"
#include "deviceplugin/ctl/show/overview_tables.h"

namespace rxlease::deviceplugin::ctl {

// For programs: an object with a member for the topic, or with all of them. Later versions only add members,
// and never rename or remove one. Every member is always there, null if nothing is known.
//
//   nics[]    name, interface, ifindex, driver, bus, parent, numaNode, rxQueues, leasedQueues,
//             foreignLeases, link ("up", "no carrier", "down"), canLease, cannotLeaseReason, pools[]
//   pools[]   name, resource, use ("memory-provider", "afxdp"), nics[], queues, free (and healthy), leased,
//             healthy, unhealthy, unhealthyReasons[] (reason, queues), problems[] (of the pool as a whole)
//   queues[]  device, nic, queue, interface, numaNode, pool,
//             use ("free", "leased", "foreign lease", "AF_XDP", "memory provider", "unknown"),
//             healthy, reason, holder (an owner), rxPackets, rxBytes (since the NIC was made)
//   leases[]  device, pool, state ("leased", "foreign", "recorded"), holder (an owner; null: foreign),
//             takenBy (of a foreign lease: the pod whose network namespace it is in; null: not known),
//             queue, ifindex, netnsId, network, pairing, flows[], trouble (why it is not healed)
//   pods[]    podNamespace, podName, podUid, containerId, netns, interfaces[], devices[]
//   unreadableRecords[]  paths                                                  (with all topics only)
//   kernelCanLease       whether the kernel has queue-create                    (with all topics only)
//
// A pod: podNamespace, podName, podUid, containerId, netns (a path). An owner: the same and its interface.
std::string to_json_text(const Overview& overview, Topic topic);

}  // namespace rxlease::deviceplugin::ctl
