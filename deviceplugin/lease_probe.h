// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernel/netns.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin {

// Finds out whether a NIC's queues can be leased, which no attribute tells: leases `queue` to a netkit of its
// own and deletes that again. Traffic is not disturbed; a queue that is taken answers the question just as
// well. Returns the reason why not, empty when they can. Needs CAP_NET_ADMIN. `host`: the namespace that
// holds the NIC.
std::string probe_lease(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue);

}  // namespace rxlease::deviceplugin
