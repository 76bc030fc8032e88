// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/check/findings.h"

namespace rxlease::deviceplugin::ctl {

// Checks what the configuration names on this node: kubelet's sockets, CNI plugin and networks, state
// directory.
void check_node(const config::Config& config, Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
