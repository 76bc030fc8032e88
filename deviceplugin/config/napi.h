// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/yaml/reader.h"

namespace rxlease::deviceplugin::config {

// Reads a pool's "napi". nullopt after a problem.
std::optional<kernel::NapiSettings> read_napi(const ValueReader& value);

// The line of a pool that reads back as the same; empty if the pool sets nothing.
std::string napi_to_yaml(const std::optional<kernel::NapiSettings>& napi);

}  // namespace rxlease::deviceplugin::config
