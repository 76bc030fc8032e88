// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/site/machine.h"
#include "kernel/ethtool/rss_contexts.h"

namespace rxlease::attachment {

// Whether the record's network namespace is at its path. A path that cannot be opened, such as a loop of
// links, tells nothing: true.
bool may_have_namespace(const Attachment& record);

// Whether the RSS context of the record's steering is there: one of its number that names the record's queues
// and no other. A number alone may be somebody else's by now.
bool has_own_context(const Attachment& record, const std::vector<kernel::Rss>& contexts);

// Removes the flow rules that the record names, as far as they are still there, and then its RSS context.
// Nothing else: neither a rule that somebody has put in a rule's place, nor anything of a NIC that has taken
// the place of the recorded one (`nic` is what is there now). `host` holds the NIC. Takes the store's lock,
// because a location that becomes free may be somebody else's the next moment, and takes the steering out of
// the stored record. Returns whether anything was there. KernelError EBUSY: somebody else's rule uses the
// context.
bool unsteer(kernel::Namespace& host, const std::optional<kernel::Nic>& nic, const Attachment& record,
             const AttachmentStore& store);

// The same on the machine's NIC of the record's name. Error (busy) when somebody else's rule uses the
// context.
void unsteer(const Site& site, const Attachment& record);

}  // namespace rxlease::attachment
