// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rxlease::deviceplugin::config {

// ConfigError for bytes that no configuration holds and that parsers disagree about: what is not UTF-8,
// control characters, tabs where indentation belongs, more than a mebibyte.
void check_text(std::string_view text, const std::string& file);

}  // namespace rxlease::deviceplugin::config
