// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "deviceplugin/config/config.h"

namespace rxlease::deviceplugin::operate {

// Lets spdlog write to standard error, a line an event: text without control characters, or a JSON object
// with time, level and msg.
void set_up_logging(const config::Config::Log& log);

// The text with \n, \t, or \x1b for each control character.
std::string escape_control_characters(std::string_view text);

}  // namespace rxlease::deviceplugin::operate
