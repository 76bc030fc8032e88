// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace rxlease::cni {

// How long the runtime may take to write the network configuration, and how long that may be.
struct InputLimits {
  std::chrono::milliseconds time = std::chrono::seconds{10};
  std::size_t bytes = 16UL * 1024 * 1024;  // GC's list has some 150 bytes for each attachment
};

// All that comes through the descriptor until its other side closes it. Error 5 if it does not end in time or
// cannot be read, Error 6 if it is too long.
std::string read_input(int fd, const InputLimits& limits = {});

}  // namespace rxlease::cni
