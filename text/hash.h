// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rxlease::text {

// 16 hexadecimal digits that stand for a text in names with a limit: FNV-1a of 64 bits.
std::string hash_digits(std::string_view text);

}  // namespace rxlease::text
