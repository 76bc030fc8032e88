// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/zerocopy/payload.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace rxlease::examples {

namespace {

constexpr std::size_t period = 262139;  // a prime

const std::vector<std::byte>& block() {
  static const auto bytes = [] {
    std::vector<std::byte> made(period);
    std::mt19937 random(1);
    for (auto& byte : made) byte = static_cast<std::byte>(random());
    return made;
  }();
  return bytes;
}

}  // namespace

std::span<const std::byte> payload_from(std::uint64_t position) {
  return std::span(block()).subspan(position % period);
}

void check_payload(std::uint64_t position, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto expected = payload_from(position);
    const auto length = std::min(expected.size(), bytes.size());
    if (std::memcmp(expected.data(), bytes.data(), length) != 0) {
      throw std::runtime_error("byte " + std::to_string(position) + " or one of the next " +
                               std::to_string(length) + " is not what was sent");
    }
    bytes = bytes.subspan(length);
    position += length;
  }
}

}  // namespace rxlease::examples
