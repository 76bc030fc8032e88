// SPDX-License-Identifier: Apache-2.0
#include "text/display.h"

#include <nlohmann/json.hpp>

namespace rxlease::text {

namespace {

std::string hexadecimal(unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'\\', 'x', digits[c >> 4U], digits[c & 15U]};
}

}  // namespace

std::string display_json(const nlohmann::json& value) {
  constexpr std::size_t limit = 64;
  constexpr std::string_view mark = "...";
  constexpr bool ascii_only = true;
  // Environment variables need not be UTF-8: `replace` writes \ufffd instead of throwing.
  auto shown = value.dump(-1, ' ', ascii_only, nlohmann::json::error_handler_t::replace);
  if (shown.size() <= limit) return shown;
  shown.resize(limit - mark.size());
  return shown.append(mark);
}

std::string display(std::string_view text) {
  return display_json(nlohmann::json(text));
}

std::string escape_control_characters(std::string_view text) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  const auto is_c1 = [](unsigned char c) { return c >= 0x80 && c < 0xa0; };
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool wide = c == 0xc2 && i + 1 < text.size() && is_c1(static_cast<unsigned char>(text[i + 1]));
    if (wide) {
      escaped += hexadecimal(static_cast<unsigned char>(text[++i]));
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\t') {
      escaped += "\\t";
    } else if (is_control(c)) {
      escaped += hexadecimal(c);
    } else {
      escaped += text[i];
    }
  }
  return escaped;
}

}  // namespace rxlease::text
