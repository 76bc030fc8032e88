// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/ctl/top/rates_tables.h"

namespace rxlease::deviceplugin::ctl {

// For programs: an object on one line, {"seconds", "nics", "pods", "queues"}, the last three as far as the
// topic wants them. What is not known is null. Later versions only add members.
std::string to_json_line(const Rates& rates, TopTopic topic);

}  // namespace rxlease::deviceplugin::ctl
