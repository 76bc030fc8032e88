// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rxlease::kernel {

// The enumerations of rt-link.yaml's netkit attributes (Linux 6.7; scrub 6.13; pairing 7.1).
enum class NetkitMode : std::uint32_t { l2 = 0, l3 = 1 };
enum class NetkitPolicy : std::int32_t { forward = 0, blackhole = 2 };
enum class NetkitScrub : std::uint32_t { none = 0, standard = 1 };  // "default" in YAML, a keyword in C++
enum class NetkitPairing : std::uint32_t { pair = 0, single = 1 };

}  // namespace rxlease::kernel
