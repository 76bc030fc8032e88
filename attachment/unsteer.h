// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/attachment_store.h"
#include "kernel/netns.h"
#include "kernel/nic.h"
#include "kernel/rss_contexts.h"

namespace rxlease::attachment {

// Whether the context of the attachment's steering is there: one of its number which names the attachment's
// queues and no other. A number alone may be somebody else's by now.
bool has_own_context(const Attachment& attachment, const std::vector<kernel::Rss>& contexts);

// Removes the flow rules that the attachment's record names, as far as they are still there, and then its RSS
// context. Nothing else: not a rule that somebody has put in a rule's place, nor anything of a NIC that has
// taken the place of the recorded one (`nic` is what is there now). `host` holds the NIC. Takes the store's
// lock, for a location that is free again may be somebody else's the next moment. Returns whether anything
// was there.
bool unsteer(kernel::Namespace& host, const std::optional<kernel::Nic>& nic, const Attachment& attachment,
             const AttachmentStore& store);

}  // namespace rxlease::attachment
