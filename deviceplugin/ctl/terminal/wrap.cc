// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/terminal/wrap.h"

#include <algorithm>
#include <sstream>

namespace rxlease::deviceplugin::ctl {

// Of bytes those that do not continue a character.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return {text};
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.empty() && width_of(lines.back()) + 1 + width_of(word) <= width) {
      lines.back().append(" ").append(word);
    } else {
      lines.push_back(word);
    }
  }
  return lines.empty() ? std::vector<std::string>{""} : lines;
}

}  // namespace rxlease::deviceplugin::ctl
