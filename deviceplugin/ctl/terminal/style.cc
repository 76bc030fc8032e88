// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/terminal/style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace rxlease::deviceplugin::ctl {

namespace {

// ECMA-48's Select Graphic Rendition.
const char* escape_of(Tone tone) {
  switch (tone) {
    case Tone::heading:
      return "\x1b[1m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::doubtful:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[31m";
    case Tone::plain:
      break;
  }
  return "";
}

// An empty variable counts as absent.
std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Style style_of_output() {
  if (isatty(STDOUT_FILENO) != 1) return {};
  const auto terminal = variable("TERM");
  Style style;
  style.terminal = true;
  style.color = variable("NO_COLOR").empty() && !terminal.empty() && terminal != "dumb";
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    if (size.ws_col > 0) style.width = size.ws_col;
    if (size.ws_row > 0) style.height = size.ws_row;
  }
  return style;
}

std::string painted(const std::string& text, Tone tone, const Style& style) {
  if (!style.color || tone == Tone::plain || text.empty()) return text;
  return escape_of(tone) + text + "\x1b[0m";
}

}  // namespace rxlease::deviceplugin::ctl
