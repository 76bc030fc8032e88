// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace rxlease::deviceplugin::install {

// The first line that `path --version` prints. nullopt if it cannot be run, fails, or takes longer than five
// seconds and is killed.
std::optional<std::string> version_of_program(const std::string& path);

}  // namespace rxlease::deviceplugin::install
