// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rxlease::examples {

// A stream of bytes that both ends know, so that whatever is lost, doubled or exchanged is noticed:
// pseudo-random, and repeated after a prime number of bytes, so that no two pages of some megabytes are
// alike.

// The stream from `position` on, as far as it is at hand in one piece: at least one byte.
std::span<const std::byte> payload_from(std::uint64_t position);

// Throws std::runtime_error unless `bytes` are what the stream has at `position`.
void check_payload(std::uint64_t position, std::span<const std::byte> bytes);

}  // namespace rxlease::examples
