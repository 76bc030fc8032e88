// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rxlease::deviceplugin::config {

// Throws ConfigError for text on which YAML parsers disagree and that no configuration needs: invalid UTF-8,
// control characters, tabs as indentation, more than 1 MiB.
void check_text(std::string_view text, const std::string& file);

}  // namespace rxlease::deviceplugin::config
