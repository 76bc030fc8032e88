// SPDX-License-Identifier: Apache-2.0
#include "kernel/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace rxlease::kernel {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);  // inet_pton wants a NUL, and must not see what follows one
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  IpAddress address;
  for (const auto& [family, size] : {std::pair{AF_INET, 4}, std::pair{AF_INET6, 16}}) {
    if (inet_pton(family, terminated.c_str(), address.bytes_.data()) == 1) {
      address.size_ = static_cast<std::uint8_t>(size);
      return address;
    }
  }
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::from_bytes(const std::vector<std::uint8_t>& bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  IpAddress address;
  address.size_ = static_cast<std::uint8_t>(bytes.size());
  std::ranges::copy(bytes, address.bytes_.begin());
  return address;
}

std::uint8_t IpAddress::family() const {
  return is_v4() ? AF_INET : AF_INET6;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family(), bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = IpAddress::parse(text.substr(0, slash));
  const auto digits = text.substr(slash + 1);
  std::uint8_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!address || !whole || length > address->bits()) return std::nullopt;
  return IpPrefix{*address, length};
}

IpPrefix IpPrefix::network() const {
  auto bytes = address.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int kept = std::clamp(static_cast<int>(length) - static_cast<int>(i) * 8, 0, 8);
    bytes[i] &= static_cast<std::uint8_t>(0xff << (8 - kept));
  }
  return {*IpAddress::from_bytes(bytes), length};
}

std::string IpPrefix::to_string() const {
  return address.to_string() + "/" + std::to_string(length);
}

std::string IpPrefix::to_short_string() const {
  return length == address.bits() ? address.to_string() : to_string();
}

}  // namespace rxlease::kernel
