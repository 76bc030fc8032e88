// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace rxlease::deviceplugin::ctl {

// Text in columns, each as wide as its widest cell, two blanks apart. No line ends with a blank.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) { add(std::move(headings)); }

  // An empty cell becomes "-", a control character "?", so that no cell can forge a line. REQUIRES: as many
  // cells as headings.
  void add(std::vector<std::string> cells);

  // One line for each row, headings first.
  std::string to_string() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rxlease::deviceplugin::ctl
