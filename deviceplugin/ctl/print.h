// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rxlease::deviceplugin::ctl {

// Writes to the standard output. KernelError when that does not take it all.
void print(const std::string& text);

}  // namespace rxlease::deviceplugin::ctl
