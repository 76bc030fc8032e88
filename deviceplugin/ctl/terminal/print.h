// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rxlease::deviceplugin::ctl {

// Writes to standard output. KernelError if not everything can be written.
void print(const std::string& text);

// What comes before an output that follows others: it replaces the last, where a terminal can do that; else
// an empty line separates them.
const char* before_output(bool first, bool replaces);

}  // namespace rxlease::deviceplugin::ctl
