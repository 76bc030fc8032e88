// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/config/config.h"

namespace rxlease::deviceplugin::config {

// The whole configuration with its defaults, in one canonical form. parse_config() of load.h reads it back as
// an equal Config. REQUIRES: a Config that parse_config() returned, with at least one pool.
std::string effective_yaml(const Config& config);

}  // namespace rxlease::deviceplugin::config
