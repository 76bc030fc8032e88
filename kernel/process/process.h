// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rxlease::kernel {

// A program to run.
struct Command {
  std::string path;
  std::vector<std::string> arguments = {};                            // those after its name
  std::vector<std::pair<std::string, std::string>> environment = {};  // set on top of our own environment
  std::string input = {};                                             // its standard input
  int inherited = -1;   // a descriptor that it keeps open, as 3; -1: none
  bool silent = false;  // true: its standard error is discarded; false: it is ours
  std::optional<std::chrono::milliseconds> limit = {};  // from its start to its end; absent: none
  std::optional<std::size_t> longest_output = {};       // bytes; absent: any number
};

// A limit that a program exceeded, for which it was killed.
enum class Limit { time, output };

struct Completed {
  int status = 0;      // exit status; 128 + N when signal N ended it
  std::string output;  // its standard output, up to the end of the program
  std::optional<Limit> exceeded = {};
};

// Runs a program to its end. One that exceeds a limit is killed, with all that it has started in its process
// group; its output is lost unless it was complete.
// What the program leaves running is not waited for, even if it holds the standard output open. KernelError
// if it cannot be started.
Completed run(const Command& command);

}  // namespace rxlease::kernel
