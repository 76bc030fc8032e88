// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "attachment/site/machine.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::attachment {

// How long a queue that somebody has is waited for.
struct LeaseTimeout {
  std::chrono::milliseconds limit;
  std::string setting;  // what people set it by, for messages
};

// The NIC of a device. Error (not found) when it is not on this node.
kernel::Nic require_nic(Machine& machine, const kernel::DeviceId& device);

// The netdev family of a namespace. Error (unsupported) when this kernel cannot lease queues.
kernel::Netdev require_queue_create(kernel::Namespace& netns);

// What a lease needs beyond the record.
struct LeaseSpec {
  kernel::Nic nic;  // that of all the record's devices
  LeaseTimeout timeout;
};

// Leases the record's devices to its interface, one after the other, and enters for each the queue that
// leases it. A queue that is taken is waited for, since its last owner may still be being torn down. Error
// (busy) names device and holder when it stays taken, or the NIC that went away; (invalid) a queue that the
// NIC does not have, or a NIC that cannot lease. What was leased by then ends with the interface.
void lease_queues(const Site& site, kernel::Namespace& pod, const LeaseSpec& spec, Attachment& record);

// Writes lease.json for each of the record's devices, all of which are leased.
void write_lease_files(const Site& site, const kernel::Nic& nic, const Attachment& record);

// Whether the device is leased to the record's interface, by what the NIC's side shows. A NIC that is down
// lists no queues; then the pod's side decides: a netkit has a queue beyond its first only while it leases
// one.
bool is_leased(Machine& machine, kernel::Namespace& pod, const Attachment& record,
               const AttachedDevice& device);

}  // namespace rxlease::attachment
