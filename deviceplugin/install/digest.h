// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rxlease::deviceplugin::install {

// SHA-256, in hexadecimal digits.
std::string sha256(std::string_view content);

}  // namespace rxlease::deviceplugin::install
