// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/netns.h"

namespace rxlease::deviceplugin {

// The multicast groups of generic netlink that tell of NICs: devices that come, go and change (netdev),
// channels that change (ethtool). A kernel without them has no news.
std::vector<std::uint32_t> generic_groups(kernel::Namespace& host);

}  // namespace rxlease::deviceplugin
