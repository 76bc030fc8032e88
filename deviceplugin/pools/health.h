// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "attachment/record/attachment.h"
#include "deviceplugin/nic/nic_state.h"
#include "deviceplugin/pools/device_state.h"
#include "deviceplugin/pools/lease_origin.h"

namespace rxlease::deviceplugin::pools {

// What a queue is used for and who holds it, by the kernel and the records. Says nothing about health. `nic`:
// null while it is gone.
DeviceState observe(const kernel::DeviceId& id, const nic::NicState* nic,
                    const std::vector<attachment::Attachment>& attachments, const NamespaceIds& namespaces);

// Why no pod can have the queue, for an operator; empty when a pod can have it, or has it by an attachment.
// `queue`, `nic`: as of observe().
std::string trouble_of(const DeviceState& queue, const nic::NicState* nic);

// Both, for a queue that is in no pool.
DeviceState judge(const kernel::DeviceId& id, const nic::NicState* nic,
                  const std::vector<attachment::Attachment>& attachments, const NamespaceIds& namespaces);

}  // namespace rxlease::deviceplugin::pools
