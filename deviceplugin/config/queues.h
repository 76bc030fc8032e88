// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/yaml_reader.h"

namespace rxlease::deviceplugin::config {

inline constexpr std::uint32_t most_channels = 1024;  // of a NIC, as far as a configuration goes

// Reads "queues" of a pool. Neither count nor ids are set when something was refused.
Queues read_queues(const ValueReader& value);

}  // namespace rxlease::deviceplugin::config
