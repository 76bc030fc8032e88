// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "deviceplugin/ctl/terminal/style.h"
#include "deviceplugin/ctl/top/rates.h"

namespace rxlease::deviceplugin::ctl {

enum class TopTopic { all, nics, pods, queues };

// "0", "12.5", "999", "1.23k", "45.6M", "7.89G": three digits, decimal prefixes. Empty: not known.
std::string scaled(const std::optional<double>& value);

// For people. Where the style has a height, no more lines than that but one, the last of which counts those
// that are left out.
std::string to_tables(const Rates& rates, TopTopic topic, const Style& style);

}  // namespace rxlease::deviceplugin::ctl
