// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rxlease::deviceplugin {

// What YAML 1.2's core schema makes of a scalar without quotation marks.
enum class ScalarType { null, boolean, integer, real, text };

ScalarType type_of_plain(std::string_view scalar);

// Text as messages show it: in quotation marks, printable ASCII, at most 64 characters. So nothing that a
// file says can forge a line of a log or fill it.
std::string display(std::string_view text);

}  // namespace rxlease::deviceplugin
