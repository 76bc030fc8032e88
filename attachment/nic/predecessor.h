// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "attachment/site/machine.h"

namespace rxlease::attachment {

// A pod whose sandbox has ended gets a new one, and the runtime may undo the old one's attachment later. The
// new attachment is the same pod's, with the same queues and perhaps the same addresses: it need not wait.

// Whether `other` is the same interface of the same pod in another sandbox. False where a record names no
// pod.
bool is_predecessor(const Attachment& other, const Attachment& record);

// Whether the host's link is the end of a predecessor's pair.
bool is_of_predecessor(const AttachmentStore& store, const Attachment& record, std::uint32_t ifindex);

// Removes the flow rules of predecessors whose network namespace is gone. Their records stay.
void unsteer_predecessors(const Site& site, const Attachment& record);

}  // namespace rxlease::attachment
