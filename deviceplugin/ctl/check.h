// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/ctl/findings.h"

namespace rxlease::deviceplugin::ctl {

// Looks at everything that a pod with leased queues depends on, by the configuration in `file`; by the
// defaults where that cannot be used. Leaves the node as it is. Without root less can be told.
Findings check(const std::string& file);

}  // namespace rxlease::deviceplugin::ctl
