// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/leasing.h"
#include "attachment/machine.h"

namespace rxlease::attachment {

// Deletes the netkit that the record holds, and with it leases, addresses and routes. Nothing but that one:
// by ifindex once that is known, by name before, and in the pod only while its namespace is the recorded one.
// Before it deletes a single it waits, at most until the timeout, for the end of the AF_XDP sockets on its
// queues: deleting it earlier could leave the NIC's queue bound permanently.
void delete_netkit(Machine& machine, const Attachment& record, const LeaseTimeout& timeout);

// Removes the lease.json of each of the record's devices, as far as they are the record's.
void remove_lease_files(const Site& site, const Attachment& record);

// Undoes all acts on the record: flow rules and RSS context, lease files, netkit. Does nothing about what is
// gone already. The record stays, for a caller that holds more by it.
void undo(const Site& site, const Attachment& record, const LeaseTimeout& timeout);

}  // namespace rxlease::attachment
