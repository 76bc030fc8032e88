// SPDX-License-Identifier: Apache-2.0
#include "kernel/device_id.h"

#include <algorithm>
#include <charconv>

namespace rxlease::kernel {

namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_nic_name(std::string_view text) {
  constexpr std::string_view punctuation = ":._-";
  return !text.empty() && is_alphanumeric(text.front()) && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || punctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<DeviceId> DeviceId::parse(std::string_view text) {
  constexpr std::string_view mark = "-rx";
  const auto at = text.rfind(mark);
  if (at == std::string_view::npos || !is_nic_name(text.substr(0, at))) return std::nullopt;
  const auto digits = text.substr(at + mark.size());
  std::uint32_t queue = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), queue);
  const bool canonical = digits.size() == 1 || (!digits.empty() && digits.front() != '0');
  if (error != std::errc() || end != digits.data() + digits.size() || !canonical) return std::nullopt;
  return DeviceId{std::string(text.substr(0, at)), queue};
}

std::string DeviceId::folder() const {
  auto name = to_string();
  std::ranges::replace(name, ':', '_');
  return name;
}

}  // namespace rxlease::kernel
