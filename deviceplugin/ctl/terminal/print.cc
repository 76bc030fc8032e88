// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/terminal/print.h"

#include <cstdio>

#include "kernel/error.h"

namespace rxlease::deviceplugin::ctl {

void print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0) {
    kernel::throw_errno("write to the standard output");
  }
}

const char* before_output(bool first, bool replaces) {
  constexpr const char* clear = "\x1b[H\x1b[2J";
  if (replaces) return clear;
  return first ? "" : "\n";
}

}  // namespace rxlease::deviceplugin::ctl
