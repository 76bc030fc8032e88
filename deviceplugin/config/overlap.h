// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "deviceplugin/config/config.h"

namespace rxlease::deviceplugin::config {

// What two pools both claim, as far as the configuration alone can tell: "interface \"eth0\", queues [8-10]".
// nullopt when there may be nothing; whether two patterns meet in one NIC, only the node knows.
std::optional<std::string> overlap_of(const Pool& a, const Pool& b);

// A NIC that both select, whichever queues they want: "interface \"eth0\"". nullopt as above.
std::optional<std::string> common_nic_of(const Pool& a, const Pool& b);

// What the earlier pool `a` and the later `b` want of a NIC that they certainly share, where it cannot be
// both: "interface \"eth0\", 16 channels there and 32 here".
std::optional<std::string> disagreement_of(const Pool& a, const Pool& b);

}  // namespace rxlease::deviceplugin::config
