// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/yaml_reader.h"

namespace rxlease::deviceplugin::config {

// Reads one of "pools". What it returns can be used only when no problem was added. REQUIRES: `config` has
// its directories.
Pool read_pool(const ValueReader& value, const Config& config);

}  // namespace rxlease::deviceplugin::config
