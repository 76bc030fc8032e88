// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/ctl/check/findings.h"

namespace rxlease::deviceplugin::ctl {

// Checks everything that a pod with leased queues depends on, by the configuration in `file`, or by the
// defaults if that cannot be used. Changes nothing. Without root it can check less.
Findings check(const std::string& file);

}  // namespace rxlease::deviceplugin::ctl
