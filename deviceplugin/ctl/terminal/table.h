// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/ctl/terminal/style.h"

namespace rxlease::deviceplugin::ctl {

// Text in a table, and how it is shown in colour.
struct Cell {
  Cell(std::string its_text, Tone its_tone = Tone::plain) : text(std::move(its_text)), tone(its_tone) {}
  Cell(const char* its_text) : text(its_text) {}

  std::string text;
  Tone tone = Tone::plain;
};

// Text in columns, each as wide as its widest cell, two blanks apart. No line ends with a blank.
class Table {
 public:
  explicit Table(std::vector<std::string> headings);

  // An empty cell becomes "-", a control character "?", so that no cell can forge a line. REQUIRES: as many
  // cells as headings.
  void add(std::vector<Cell> cells);

  // One line for each row, headings first. If the style has a width and the table is wider, the last column
  // is broken into lines, unless there are fewer than 16 characters for it: nothing is cut off.
  std::string to_string(const Style& style = {}) const;

 private:
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace rxlease::deviceplugin::ctl
