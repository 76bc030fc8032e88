// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace rxlease::text {

// A value as messages show it: JSON text of at most 64 characters, all of them printable ASCII. So nothing
// that a file or a caller says can break the error JSON, forge a line of a log or fill it.
std::string display_json(const nlohmann::json& value);

// The same for text: it stands in quotation marks.
std::string display(std::string_view text);

}  // namespace rxlease::text
