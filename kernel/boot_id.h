// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rxlease::kernel {

// The id of this boot. What a program wrote down of the kernel's objects (ifindexes, cookies) holds as long
// as the id is the same. Empty if the kernel does not tell.
std::string boot_id();

}  // namespace rxlease::kernel
