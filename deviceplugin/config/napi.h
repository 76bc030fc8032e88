// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/config/yaml_reader.h"

namespace rxlease::deviceplugin::config {

// Reads a pool's "napi". What it returns can be used only when no problem was added.
kernel::NapiSettings read_napi(const ValueReader& value);

// The line of a pool that reads back as the same; empty when there is nothing to be said.
std::string napi_to_yaml(const std::optional<kernel::NapiSettings>& napi);

}  // namespace rxlease::deviceplugin::config
