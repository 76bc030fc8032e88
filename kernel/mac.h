// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rxlease::kernel {

// An Ethernet (EUI-48) address.
struct MacAddress {
  std::array<std::uint8_t, 6> octets{};

  // Parses six pairs of hexadecimal digits with ':' between them. nullopt for anything else.
  static std::optional<MacAddress> parse(std::string_view text);

  // Takes the bytes of IFLA_ADDRESS. nullopt unless there are six of them.
  static std::optional<MacAddress> from_bytes(const std::vector<std::uint8_t>& bytes);

  // Whether a device may have it: neither a group address nor all zeros (the kernel's is_valid_ether_addr).
  bool is_assignable() const;

  std::vector<std::uint8_t> bytes() const { return {octets.begin(), octets.end()}; }
  std::string to_string() const;  // lower case

  auto operator<=>(const MacAddress&) const = default;
};

}  // namespace rxlease::kernel
