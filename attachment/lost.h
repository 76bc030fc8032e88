// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "attachment/leasing.h"
#include "attachment/site/machine.h"

namespace rxlease::attachment {

// An attachment without a record that can be read. Its names lead to most of it.
struct LostAttachment {
  std::string container_id;
  std::string interface;  // the netkit's name in the pod
  std::string netns;      // path of the pod's network namespace; empty: not known
};

// Whether the pair's end in the host is there, whose name only this attachment has.
bool has_host_end(Machine& machine, const LostAttachment& lost);

// Whether a single of this name is in the namespace, and no record has it: another pod's namespace may be at
// the path by now. False also while there is a record that cannot be read, since that may have it.
bool has_single(const Site& site, const LostAttachment& lost);

// Undoes what can be found: the lease files of container and interface, the pair whose end in the host has
// the computed name, or the single of that name in the namespace. REQUIRES evidence that there was such an
// attachment: the file of its record, or its netkit. Only the record could tell which flow rules and
// RSS contexts are the attachment's. So if one goes to its queues nothing is undone: Error (busy) names it.
// Error (busy) also if the netkit stays, as undo().
void undo_lost(const Site& site, const LostAttachment& lost, const LeaseTimeout& timeout);

}  // namespace rxlease::attachment
