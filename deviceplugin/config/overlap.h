// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "deviceplugin/config/config.h"

namespace rxlease::deviceplugin::config {

// What two pools both claim: "interface \"eth0\", queues [8-10]". nullopt if the configuration alone does not
// prove it: whether two patterns match the same NIC shows on the node only.
std::optional<std::string> overlap_of(const Pool& a, const Pool& b);

// A NIC that both select, with whichever queues: "interface \"eth0\"". nullopt as above.
std::optional<std::string> common_nic_of(const Pool& a, const Pool& b);

// Settings of a shared NIC in which the earlier pool `a` and the later `b` contradict each other: "interface
// \"eth0\", 16 channels there and 32 here". nullopt as above.
std::optional<std::string> disagreement_of(const Pool& a, const Pool& b);

}  // namespace rxlease::deviceplugin::config
