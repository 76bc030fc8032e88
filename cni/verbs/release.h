// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/lost.h"
#include "attachment/record/attachment.h"
#include "cni/verbs/call.h"

namespace rxlease::cni {

// Undoes everything that the record holds, its addresses included; the record itself goes last. The addresses
// are released with the configuration that the IPAM plugin was given at the ADD.
void release(const ReleaseCall& call, attachment::Attachment found);

// The same for an attachment without a record that can be read, as far as it is found. The addresses are
// released with the present configuration.
void release_lost(const ReleaseCall& call, const attachment::LostAttachment& lost);

// Without any trace of an attachment: an IPAM plugin keeps records of its own, and is asked all the same.
// What it then refuses is passed over, unless it may be of another mind later: the ADD has undone all that it
// did.
void release_addresses_only(const ReleaseCall& call);

}  // namespace rxlease::cni
