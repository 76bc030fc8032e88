// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "cni/plugin.h"

namespace {

std::optional<std::string> environment_variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

std::string read_standard_input() {
  std::string input;
  std::array<char, 4096> block{};
  ssize_t got = 0;
  while ((got = read(STDIN_FILENO, block.data(), block.size())) > 0) {
    input.append(block.data(), static_cast<std::size_t>(got));
  }
  return input;
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
  const auto input = has_verb ? read_standard_input() : "";
  std::optional<rxlease::cni::LinuxSystem> system;
  const auto outcome = rxlease::cni::run_plugin([&]() -> rxlease::cni::System& { return system.emplace(); },
                                                environment_variable, input);
  std::fputs(outcome.output.c_str(), stdout);
  return std::fflush(stdout) == 0 ? outcome.status : 1;
}
