// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/config/config.h"

namespace rxlease::deviceplugin::operate {

// Lets spdlog write to standard error, a line an event: text without control characters, or a JSON object
// with time, level and msg.
void set_up_logging(const config::Config::Log& log);

}  // namespace rxlease::deviceplugin::operate
