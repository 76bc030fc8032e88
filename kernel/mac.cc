// SPDX-License-Identifier: Apache-2.0
#include "kernel/mac.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace rxlease::kernel {

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  MacAddress mac;
  if (text.size() != 17) return std::nullopt;
  for (std::size_t i = 0; i < mac.octets.size(); ++i) {
    const char* digits = text.data() + i * 3;
    const auto [end, error] = std::from_chars(digits, digits + 2, mac.octets[i], 16);
    const bool separated = i == 5 || digits[2] == ':';
    if (error != std::errc() || end != digits + 2 || !separated) return std::nullopt;
  }
  return mac;
}

std::optional<MacAddress> MacAddress::from_bytes(const std::vector<std::uint8_t>& bytes) {
  MacAddress mac;
  if (bytes.size() != mac.octets.size()) return std::nullopt;
  std::ranges::copy(bytes, mac.octets.begin());
  return mac;
}

bool MacAddress::is_assignable() const {
  const bool group = (octets[0] & 1) != 0;
  return !group && octets != std::array<std::uint8_t, 6>{};
}

std::string MacAddress::to_string() const {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
                octets[3], octets[4], octets[5]);
  return text.data();
}

}  // namespace rxlease::kernel
