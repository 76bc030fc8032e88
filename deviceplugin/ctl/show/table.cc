// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/table.h"

#include <algorithm>

namespace rxlease::deviceplugin::ctl {

namespace {

constexpr std::size_t gap = 2;

// The number of UTF-8 characters: of bytes that do not continue one.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string shown(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text.empty() ? "-" : text;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = shown(std::move(cell));
  rows_.push_back(std::move(cells));
}

std::string Table::to_string() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::size_t owed = 0;  // blanks to write before the next cell
    for (std::size_t i = 0; i < row.size(); ++i) {
      text.append(owed, ' ').append(row[i]);
      owed = widths[i] - width(row[i]) + gap;
    }
    text += '\n';
  }
  return text;
}

}  // namespace rxlease::deviceplugin::ctl
