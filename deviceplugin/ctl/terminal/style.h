// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace rxlease::deviceplugin::ctl {

// How text is shown to whoever reads it. The default is for files and pipes: no colour, lines of any length.
struct Style {
  bool color = false;
  std::optional<std::size_t> width;   // of a line, in characters; absent: as long as it is
  std::optional<std::size_t> height;  // in lines; absent: as many as there are
  bool terminal = false;              // text that is there can be replaced
};

// How a terminal shows what standard output gets; the default if it is none. Without colour if NO_COLOR is
// not empty (no-color.org) or TERM is "dumb" or absent.
Style style_of_output();

// What a word says of its subject.
enum class Tone { plain, heading, good, doubtful, bad };

// The text with the escape sequences of its tone; as it stands without colour, and if it is plain or empty.
std::string painted(const std::string& text, Tone tone, const Style& style);

}  // namespace rxlease::deviceplugin::ctl
