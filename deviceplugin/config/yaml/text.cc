// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/yaml/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "deviceplugin/config/yaml/problem.h"

namespace rxlease::deviceplugin::config {

namespace {

constexpr std::size_t largest = 1 << 20;

// The forms of a UTF-8 character (RFC 3629): the first byte under a mask, the length, and the smallest code
// point of that length.
struct Form {
  std::uint8_t mask, lead;
  std::size_t length;
  char32_t least;
};
constexpr std::array<Form, 4> forms{
    {{0x80, 0x00, 1, 0}, {0xe0, 0xc0, 2, 0x80}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}}};

// The length of the first character of `text`; nullopt if it is not UTF-8.
std::optional<std::size_t> character_length(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  const auto* const form =
      std::ranges::find_if(forms, [&](const Form& f) { return (first & f.mask) == f.lead; });
  if (form == forms.end() || text.size() < form->length) return std::nullopt;
  char32_t point = first & static_cast<std::uint8_t>(~form->mask);
  for (const char c : text.substr(1, form->length - 1)) {
    const auto byte = static_cast<std::uint8_t>(c);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    point = (point << 6) | (byte & 0x3f);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < form->least || point > 0x10ffff || surrogate) return std::nullopt;
  return form->length;
}

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

// A mistake in a line, and its offset.
struct Fault {
  std::size_t offset;
  const char* what;
  const char* remedy;
};

std::optional<Fault> fault_of(std::string_view line) {
  const auto content = line.find_first_not_of(" \t\r");
  if (content == std::string_view::npos) return std::nullopt;
  const auto tab = line.substr(0, content).find('\t');
  if (tab != std::string_view::npos && line[content] != '#') {
    return Fault{tab, "the line is indented with a tab", "use spaces"};
  }
  for (std::size_t i = 0; i < line.size();) {
    const auto length = character_length(line.substr(i));
    if (!length) return Fault{i, "the text is not UTF-8", "save the file as UTF-8"};
    if (is_control(line[i])) return Fault{i, "there is a control character", "remove it"};
    i += *length;
  }
  return std::nullopt;
}

}  // namespace

void check_text(std::string_view text, const std::string& file) {
  if (text.size() > largest) {
    throw ConfigError({{file, {}, "", "the file is larger than 1 MiB", "name the configuration's own file"}});
  }
  for (unsigned line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    if (const auto fault = fault_of(text.substr(0, end))) {
      const auto column = static_cast<unsigned>(fault->offset + 1);
      throw ConfigError({{file, {line, column}, "", fault->what, fault->remedy}});
    }
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace rxlease::deviceplugin::config
