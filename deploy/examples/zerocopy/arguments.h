// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rxlease::examples {

// What programs read from their command lines. Throws std::invalid_argument.
inline std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument("'" + std::string(text) + "' is not a number");
  }
  return value;
}

// "1,2,3"
inline std::vector<std::uint64_t> numbers(std::string_view text) {
  std::vector<std::uint64_t> values;
  for (;;) {
    const auto comma = text.find(',');
    values.push_back(number(text.substr(0, comma)));
    if (comma == std::string_view::npos) return values;
    text.remove_prefix(comma + 1);
  }
}

// Calls body() with the arguments, which begin with the program's name, and makes its end an exit status: 2
// when there are too few or too many arguments, 1 when it throws.
template <typename Body>
int run(int argc, char** argv, std::size_t at_least, std::size_t at_most, const char* usage, Body body) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.size() - 1 < at_least || arguments.size() - 1 > at_most) {
    std::fprintf(stderr, "usage: %s %s\n", argv[0], usage);
    return 2;
  }
  try {
    body(arguments);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace rxlease::examples
