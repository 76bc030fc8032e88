// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/install/plugin_version.h"

#include "kernel/error.h"
#include "kernel/process/process.h"

namespace rxlease::deviceplugin::install {

std::optional<std::string> version_of_program(const std::string& path) {
  try {
    const auto completed = kernel::run({.path = path,
                                        .arguments = {"--version"},
                                        .silent = true,
                                        .limit = std::chrono::seconds{5},
                                        .longest_output = 4096});
    if (completed.status != 0) return std::nullopt;
    return completed.output.substr(0, completed.output.find('\n'));
  } catch (const kernel::KernelError&) {
    return std::nullopt;
  }
}

}  // namespace rxlease::deviceplugin::install
