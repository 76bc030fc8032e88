// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/rules.h"

#include <algorithm>
#include <charconv>

#include "kernel/ip.h"
#include "text/rules.h"

namespace rxlease::deviceplugin::config {

namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_subdomain = 253;
constexpr std::string_view quota_prefix = "requests.";

bool is_lower_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Removes the part before `separator`, and the separator. nullopt when there is none.
std::optional<std::string_view> take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const auto part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return part;
}

// A number of `least` to `most` hexadecimal digits, at most `largest`.
bool is_hex(std::string_view text, std::size_t least, std::size_t most, unsigned largest) {
  unsigned value = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, 16);
  return text.size() >= least && text.size() <= most && error == std::errc{} && rest == end &&
         value <= largest;
}

}  // namespace

bool is_resource_prefix(std::string_view text) {
  return text.size() <= longest_subdomain - quota_prefix.size() && text::is_dns_subdomain(text) &&
         !text.starts_with(quota_prefix) && !text.ends_with("kubernetes.io");
}

bool is_pool_name(std::string_view text) {
  return text.size() <= longest_label && text::is_dns_label(text);
}

bool is_directory(std::string_view text) {
  // yaml-cpp closes open quotation marks at the end of the file, and reads the last line's end as a space.
  return text::is_normal_path(text) && !text.ends_with(' ');
}

bool is_kubelet_directory(std::string_view text) {
  constexpr std::string_view longest_socket = "/pod-resources/kubelet.sock";
  return is_directory(text) && text.size() + longest_socket.size() <= longest_socket_path;
}

bool is_bpf_directory(std::string_view text) {
  return is_directory(text) && text.find('.') == std::string_view::npos;
}

bool is_listen_address(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  if (bracketed) text.remove_prefix(1);
  const auto host = take_until(text, bracketed ? ']' : ':');
  if (bracketed) {
    if (!text.starts_with(':')) return false;
    text.remove_prefix(1);
  }
  const auto address = host ? kernel::IpAddress::parse(*host) : std::nullopt;
  if (!address || address->is_v4() == bracketed) return false;
  unsigned port = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  const bool padded = text.size() > 1 && text.starts_with('0');
  return error == std::errc{} && rest == end && !padded && port <= 65535;
}

bool is_device_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_lower_alphanumeric(lower(c)) || c == ':' || c == '.' || c == '_' || c == '-';
  });
}

std::optional<std::string> kernel_pci_address(std::string_view text) {
  std::string address(text);
  std::ranges::transform(address, address.begin(), lower);
  if (std::ranges::count(address, ':') == 1) address.insert(0, "0000:");
  std::string_view rest = address;
  const auto domain = take_until(rest, ':');
  const auto bus = take_until(rest, ':');
  const auto device = take_until(rest, '.');
  if (!domain || !bus || !device) return std::nullopt;
  // Domains can have more than four digits (VMD); the kernel writes those without leading zeros.
  const bool padded = domain->size() > 4 && domain->front() == '0';
  const bool valid = !padded && is_hex(*domain, 4, 8, 0xffffffff) && is_hex(*bus, 2, 2, 0xff) &&
                     is_hex(*device, 2, 2, 0x1f) && is_hex(rest, 1, 1, 7);
  return valid ? std::optional(address) : std::nullopt;
}

}  // namespace rxlease::deviceplugin::config
