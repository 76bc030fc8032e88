// SPDX-License-Identifier: Apache-2.0
#include "text/rules.h"

#include <algorithm>

namespace rxlease::text {

namespace {

bool is_lower_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

bool is_alphanumeric(char c) {
  return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

bool contains(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_component(std::string_view text) {
  return !text.empty() && text != "." && text != "..";
}

// Whether `is_valid` holds for every part of `text` between separators; all of it without a separator.
template <typename Predicate>
bool all_parts(std::string_view text, char separator, Predicate is_valid) {
  for (;;) {
    const auto end = text.find(separator);
    if (!is_valid(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_dns_label(std::string_view text) {
  return !text.empty() && is_lower_alphanumeric(text.front()) && is_lower_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  constexpr std::size_t longest = 253;
  return text.size() <= longest && all_parts(text, '.', is_dns_label);
}

bool is_normal_path(std::string_view text) {
  return text.starts_with('/') && std::ranges::none_of(text, is_control) &&
         all_parts(text.substr(1), '/', is_component);
}

bool is_printable(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_cni_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || contains("_.-", c); });
}

bool is_interface_name(std::string_view text) {
  constexpr std::size_t longest = 15;  // IFNAMSIZ - 1
  return text.size() <= longest && is_printable(text) && is_component(text) &&
         std::ranges::none_of(text, [](char c) { return contains("/:%", c); });
}

bool is_plugin_name(std::string_view text) {
  return is_component(text) && std::ranges::none_of(text, [](char c) { return c == '/' || is_control(c); });
}

}  // namespace rxlease::text
