// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/yaml/scalar.h"

#include <algorithm>
#include <array>

namespace rxlease::deviceplugin::config {

namespace {

template <std::size_t count>
bool is_one_of(std::string_view text, const std::array<std::string_view, count>& words) {
  return std::ranges::find(words, text) != words.end();
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

// Removes the leading digits and returns their number.
std::size_t take_digits(std::string_view& text) {
  const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count;
}

bool has_only(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

bool is_integer(std::string_view text) {
  if (text.starts_with("0o")) return has_only(text.substr(2), "01234567");
  if (text.starts_with("0x")) return has_only(text.substr(2), "0123456789abcdefABCDEF");
  return has_only(without_sign(text), "0123456789");
}

bool is_real(std::string_view text) {
  constexpr std::array<std::string_view, 6> special{".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};
  text = without_sign(text);
  if (is_one_of(text, special)) return true;
  auto digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (!text.starts_with('e') && !text.starts_with('E')) return false;
  return has_only(without_sign(text.substr(1)), "0123456789");
}

}  // namespace

ScalarType type_of_plain(std::string_view scalar) {
  constexpr std::array<std::string_view, 5> null{"", "~", "null", "Null", "NULL"};
  constexpr std::array<std::string_view, 6> boolean{"true", "True", "TRUE", "false", "False", "FALSE"};
  if (is_one_of(scalar, null)) return ScalarType::null;
  if (is_one_of(scalar, boolean)) return ScalarType::boolean;
  if (is_integer(scalar)) return ScalarType::integer;
  return is_real(scalar) ? ScalarType::real : ScalarType::text;
}

}  // namespace rxlease::deviceplugin::config
