// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/terminal/table.h"

#include <algorithm>

#include "deviceplugin/ctl/terminal/wrap.h"

namespace rxlease::deviceplugin::ctl {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_for_last = 16;  // narrower lines would be harder to read than broken ones

std::string shown(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text.empty() ? "-" : text;
}

}  // namespace

Table::Table(std::vector<std::string> headings) {
  std::vector<Cell> cells;
  cells.reserve(headings.size());
  for (auto& heading : headings) cells.emplace_back(std::move(heading), Tone::heading);
  add(std::move(cells));
}

void Table::add(std::vector<Cell> cells) {
  for (auto& cell : cells) cell.text = shown(std::move(cell.text));
  rows_.push_back(std::move(cells));
}

std::string Table::to_string(const Style& style) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i].text));
  }
  std::size_t start = 0;  // of the last column
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) start += widths[i] + gap;
  auto width_of_last = widths.back();
  if (style.width && start + least_for_last <= *style.width) {
    width_of_last = std::min(width_of_last, *style.width - start);
  }
  std::string text;
  for (const auto& row : rows_) {
    std::size_t owed = 0;  // blanks to write before the next cell
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      text.append(owed, ' ').append(painted(row[i].text, row[i].tone, style));
      owed = widths[i] - width_of(row[i].text) + gap;
    }
    for (const auto& line : wrapped(row.back().text, width_of_last)) {
      text.append(owed, ' ').append(painted(line, row.back().tone, style)).append("\n");
      owed = start;
    }
  }
  return text;
}

}  // namespace rxlease::deviceplugin::ctl
