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

}  // namespace rxlease::deviceplugin::ctl
