// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rxlease::deviceplugin::config {

// The type of a scalar without quotation marks by YAML 1.2's core schema.
enum class ScalarType { null, boolean, integer, real, text };

ScalarType type_of_plain(std::string_view scalar);

}  // namespace rxlease::deviceplugin::config
