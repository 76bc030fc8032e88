// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/netlink/socket/transport.h"

namespace rxlease::deviceplugin::nic {

// Whether AF_XDP sockets can be bound to queues of the NIC without copies, as its driver says now. Some
// drivers deny it while something else stands in the way of an XDP program, such as rx-gro-hw. `generic`:
// NETLINK_GENERIC of the NIC's namespace. KernelError ENODEV: it is gone.
bool has_zero_copy_af_xdp(kernel::Transport& generic, std::uint32_t ifindex);

}  // namespace rxlease::deviceplugin::nic
