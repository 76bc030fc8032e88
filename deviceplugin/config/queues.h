// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/yaml/reader.h"

namespace rxlease::deviceplugin::config {

inline constexpr std::uint32_t most_channels = 1024;  // of a NIC: no configuration can ask for more

// Reads a pool's "queues". nullopt after a problem.
std::optional<Queues> read_queues(const ValueReader& value);

}  // namespace rxlease::deviceplugin::config
