// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rxlease::kernel {

// An IPv4 or IPv6 address. Ordered by family, then by bytes.
class IpAddress {
 public:
  // Parses dotted-quad or RFC 4291 text, without a zone or a prefix length. nullopt if `text` is neither.
  static std::optional<IpAddress> parse(std::string_view text);

  // Takes 4 or 16 bytes in network order, as netlink carries them. nullopt for any other size.
  static std::optional<IpAddress> from_bytes(const std::vector<std::uint8_t>& bytes);

  bool is_v4() const { return size_ == 4; }
  std::uint8_t family() const;  // AF_INET or AF_INET6
  std::uint8_t bits() const { return static_cast<std::uint8_t>(size_ * 8); }
  std::vector<std::uint8_t> bytes() const { return {bytes_.begin(), bytes_.begin() + size_}; }
  std::string to_string() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  std::uint8_t size_ = 4;
  std::array<std::uint8_t, 16> bytes_{};
};

// An address with the length of its network part: 10.22.0.5/16.
struct IpPrefix {
  IpAddress address;
  std::uint8_t length = 0;  // bits, at most address.bits()

  // Parses "ADDRESS/LENGTH". nullopt if a part is missing or wrong.
  static std::optional<IpPrefix> parse(std::string_view text);

  // The prefix that holds nothing but `address`: /32 or /128.
  static IpPrefix host(const IpAddress& address) { return {address, address.bits()}; }

  // The same prefix with every host bit cleared: 10.22.0.5/16 → 10.22.0.0/16.
  IpPrefix network() const;

  std::string to_string() const;

  // Without the length if it is that of one host: 10.22.0.5, but 10.22.0.0/16.
  std::string to_short_string() const;

  auto operator<=>(const IpPrefix&) const = default;
};

}  // namespace rxlease::kernel
