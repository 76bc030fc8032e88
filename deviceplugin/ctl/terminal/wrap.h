// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rxlease::deviceplugin::ctl {

// The number of characters of a text in UTF-8.
std::size_t width_of(const std::string& text);

// The text in lines of at most `width` characters, broken at blanks; a longer word has a line of its own, as
// long as it is. At least one line.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

}  // namespace rxlease::deviceplugin::ctl
