// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "attachment/leasing.h"
#include "attachment/site/machine.h"
#include "kernel/netlink/links.h"

namespace rxlease::attachment {

// The least that is waited for the end of the AF_XDP sockets on a netkit's queues before the netkit is
// deleted, whatever is configured. Linux 7.3 releases a dead process's AF_XDP memory in the background. If
// the netkit goes in between, the NIC keeps a freed buffer pool, and the node panics when the next packets
// arrive (docs/upstream/netkit-af-xdp.md). The kernel needs milliseconds; two seconds are enough on a busy
// node, and only a program that outlives its pod makes DEL wait that long.
constexpr std::chrono::milliseconds least_wait_for_af_xdp{2000};

// A pair's end in the host, as long as it is the record's: a netkit of the recorded name and, once that is
// known, ifindex, made in this boot.
std::optional<kernel::Link> find_host_end(kernel::Namespace& host, const Attachment& record);

// Deletes the netkit that the record holds, and with it leases, addresses and routes. Nothing but that one: a
// pair by find_host_end(), or else by its other end, as a single: by ifindex (by name before that is known)
// and kind, only while the namespace is the recorded one, and in this boot. False when there is none. Before
// it deletes a single it waits for the end of the AF_XDP sockets on its queues, at most until the timeout or
// least_wait_for_af_xdp, whichever is longer.
bool delete_netkit(Machine& machine, const Attachment& record, const LeaseTimeout& timeout);

// Removes the lease.json of each of the record's devices, as far as they are the record's.
void remove_lease_files(const Site& site, const Attachment& record);

// Undoes all acts on the record: flow rules and RSS context, proxy entries, lease files, netkit. Does nothing
// about what is gone already. The record stays, for a caller that holds more by it. Of a record of an earlier
// boot only the lease files can be left. Error (busy) if the netkit stays, because its namespace lives on and
// the recorded path does not lead there: the NIC still shows the lease after the timeout.
void undo(const Site& site, const Attachment& record, const LeaseTimeout& timeout);

}  // namespace rxlease::attachment
