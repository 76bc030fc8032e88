// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/attachment.h"
#include "cni/call.h"

namespace rxlease::cni {

// Undoes everything that the record holds, its addresses included; the record itself goes last.
void release(const Call& call, const attachment::Attachment& record);

}  // namespace rxlease::cni
