// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/names.h"

#include <algorithm>

#include "text/rules.h"

namespace rxlease::cni {

namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool contains(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_dot_entry(std::string_view text) {
  return text == "." || text == "..";
}

}  // namespace

bool is_cni_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || contains("_.-", c);
  });
}

bool is_interface_name(std::string_view text) {
  constexpr std::size_t longest = 15;  // IFNAMSIZ - 1
  const bool clean = std::none_of(text.begin(), text.end(), [](char c) { return contains("/:%", c); });
  return text.size() <= longest && is_printable(text) && clean && !is_dot_entry(text);
}

bool is_plugin_name(std::string_view text) {
  const bool clean = std::none_of(text.begin(), text.end(), [](char c) { return c == '/' || is_control(c); });
  return !text.empty() && clean && !is_dot_entry(text);
}

bool is_resource_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto domain = text.substr(0, slash);
  const auto name = text.substr(slash + 1);
  return text::is_dns_subdomain(domain) && !domain.ends_with("kubernetes.io") && name.size() <= 63 &&
         is_cni_name(name) && is_alphanumeric(name.back());
}

bool is_printable(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace rxlease::cni
