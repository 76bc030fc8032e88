// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernel/netlink/socket/transport.h"

namespace rxlease::deviceplugin::nic {

// A link that others are slaves of: a bond, a bridge, a VRF. It has no queues that could be leased.
struct Master {
  std::vector<std::string> names;  // the first one, then the alternative ones
  std::string kind;                // bond
  std::vector<std::string> slaves;
};

// All masters of the namespace of the transport (NETLINK_ROUTE). KernelError.
std::vector<Master> list_masters(kernel::Transport& route);

}  // namespace rxlease::deviceplugin::nic
