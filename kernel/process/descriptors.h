// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rxlease::kernel {

// How many descriptors this process can have open: RLIMIT_NOFILE, the soft limit.
std::uint64_t descriptor_limit();

// Raises the soft limit to the hard one, which needs no capability. Not for programs that call select().
void raise_descriptor_limit();

}  // namespace rxlease::kernel
