// SPDX-License-Identifier: Apache-2.0
#include "text/hash.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace rxlease::text {

std::string hash_digits(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016lx", hash);
  return digits.data();
}

}  // namespace rxlease::text
