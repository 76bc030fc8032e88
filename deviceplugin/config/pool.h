// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/yaml/reader.h"

namespace rxlease::deviceplugin::config {

// Reads one of "pools". nullopt after a problem. REQUIRES: `config` has its directories.
std::optional<Pool> read_pool(const ValueReader& value, const Config& config);

}  // namespace rxlease::deviceplugin::config
