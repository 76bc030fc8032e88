// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "attachment/attachment.h"
#include "deviceplugin/nic/nic_state.h"
#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::pools {

// Judges one queue. `nic`: null while it is gone. A queue is healthy when a pod can have it, or has it by one
// of the attachments; anything else has a reason, in words for an operator.
DeviceState judge(const kernel::DeviceId& id, const nic::NicState* nic,
                  const std::vector<attachment::Attachment>& attachments);

// The attachment that explains a lease of the queue; null for a foreign one.
const attachment::Attachment* explanation(const kernel::DeviceId& id, const kernel::Lease& lease,
                                          const std::vector<attachment::Attachment>& attachments);

}  // namespace rxlease::deviceplugin::pools
