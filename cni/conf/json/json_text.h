// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace rxlease::cni {

// What to do with a key that an object has twice: programs do not agree on which of the two counts.
enum class RepeatedKeys { refused, last_counts };

// Reads JSON text that another program wrote. `source` names it in errors ("the network configuration").
// Error 6 for text of more than 1 MiB, for bad syntax (with its position), for objects and arrays more than
// 64 deep and, if repeated keys are refused, for one.
nlohmann::json parse_json(std::string_view text, const std::string& source,
                          RepeatedKeys repeated = RepeatedKeys::refused);

}  // namespace rxlease::cni
