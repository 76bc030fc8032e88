// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rxlease::deviceplugin::ctl {

// Writes to standard output. KernelError if not everything can be written.
void print(const std::string& text);

}  // namespace rxlease::deviceplugin::ctl
