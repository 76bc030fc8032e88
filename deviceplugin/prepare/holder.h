// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "attachment/record/attachment.h"
#include "deviceplugin/nic/nic_state.h"
#include "kernel/netlink/netns.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::prepare {

// Who holds a queue of the NIC, by the records or by the kernel, which lists no queues of a NIC that is down:
// "simnic.0.p1-rx3 is leased to shop/web-0 (…)". Empty: nobody does, but perhaps the daemon's
// guard (`is_parked`).
std::string holder_of(kernel::Namespace& host, const kernel::Nic& nic,
                      const std::vector<attachment::Attachment>& attachments,
                      const nic::IsParked& is_parked = {});

}  // namespace rxlease::deviceplugin::prepare
