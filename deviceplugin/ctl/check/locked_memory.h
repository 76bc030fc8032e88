// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>

namespace rxlease::deviceplugin::ctl {

// Bytes: enough for an AF_XDP or io_uring area of some thousand buffers.
inline constexpr rlim_t enough_memlock = 64ULL << 20;

}  // namespace rxlease::deviceplugin::ctl
