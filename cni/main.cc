// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "cni/plugin.h"
#include "cni/standard_input.h"

namespace {

std::optional<std::string> environment_variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view argument = argc > 1 ? argv[1] : "";
  if (argument == "--version") {
    std::puts("rxlease " RXLEASE_VERSION);
    return 0;
  }
  const auto help = rxlease::cni::help(RXLEASE_VERSION);
  if (argument == "--help") {
    std::fputs(help.c_str(), stdout);
    return 0;
  }
  // Without a verb a person runs it, at whose terminal it must not wait. A runtime gets its error all the
  // same.
  const bool has_verb = !environment_variable("CNI_COMMAND").value_or("").empty();
  if (!has_verb) std::fputs(help.c_str(), stderr);
  const auto read_input = [&] { return has_verb ? rxlease::cni::read_input(STDIN_FILENO) : ""; };
  std::optional<rxlease::cni::LinuxSystem> system;
  const auto outcome = rxlease::cni::run_plugin([&]() -> rxlease::cni::System& { return system.emplace(); },
                                                environment_variable, read_input);
  std::fputs(outcome.output.c_str(), stdout);
  return std::fflush(stdout) == 0 ? outcome.status : 1;
}
