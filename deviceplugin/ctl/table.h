// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace rxlease::deviceplugin::ctl {

// Text in columns. Each is as wide as its widest cell, two blanks lie between them, and no line ends in one.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) { add(std::move(headings)); }

  // An empty cell shows "-". Control characters show "?", so that no cell forges a line. REQUIRES: as many
  // cells as headings.
  void add(std::vector<std::string> cells);

  // A line a row, the headings first.
  std::string to_string() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rxlease::deviceplugin::ctl
