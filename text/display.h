// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace rxlease::text {

// A value as messages show it: JSON text of at most 64 characters of printable ASCII. So no input from a file
// or a caller can break the error JSON, forge a line in a log or flood it.
std::string display_json(const nlohmann::json& value);

// The same for text, in quotation marks.
std::string display(std::string_view text);

// The text with \n, \t, or \x1b for each control character of ASCII and Unicode (C1, which UTF-8 writes as C2
// and the character): one line, which moves no cursor.
std::string escape_control_characters(std::string_view text);

}  // namespace rxlease::text
