// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rxlease::benchmark {

// A program to run as a container runtime runs a CNI plugin.
struct Invocation {
  std::string program;  // path
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // all of it
  std::string input;                                             // at most what a pipe holds, 64 KiB
};

struct Timed {
  double milliseconds = 0;  // from before the fork until the child is reaped
  long peak_kib = 0;        // resident, of the program or the largest of its own children; never below ours
};

// Runs it to its end. Throws std::runtime_error with its output unless it succeeds.
Timed run(const Invocation& invocation);

}  // namespace rxlease::benchmark
