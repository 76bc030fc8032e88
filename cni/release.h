// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/attachment.h"
#include "cni/call.h"

namespace rxlease::cni {

// Undoes everything that the record holds, its addresses included; the record itself goes last. The addresses
// are released with the configuration that the IPAM plugin was given at the ADD.
void release(const ReleaseCall& call, attachment::Attachment record);

}  // namespace rxlease::cni
