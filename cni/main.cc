// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cni/plugin.h"
#include "cni/standard_input.h"

namespace {

std::optional<std::string> environment_variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--version") == 0) {
    std::puts("rxlease " RXLEASE_VERSION);
    return 0;
  }
  try {
    rxlease::cni::LinuxSystem system;
    const auto outcome = rxlease::cni::run_plugin(system, environment_variable,
                                                  [] { return rxlease::cni::read_input(STDIN_FILENO); });
    std::fputs(outcome.output.c_str(), stdout);
    return std::fflush(stdout) == 0 ? outcome.status : 1;
  } catch (const std::exception& error) {  // not even the host's namespace could be opened
    std::fprintf(stderr, "rxlease: %s\n", error.what());
    return 1;
  }
}
