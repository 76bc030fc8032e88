// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rxlease::cni {

// A program to run, as a CNI plugin runs another.
struct Command {
  std::string path;
  std::vector<std::pair<std::string, std::string>> environment;  // set on top of our own environment
  std::string input;                                             // its standard input
  int inherited = -1;                                            // a descriptor that it keeps open; -1: none
};

struct Completed {
  int status = 0;      // exit status; 128 + N when signal N ended it
  std::string output;  // its standard output
};

// Runs a program to its end. Its standard error is ours. KernelError when it cannot be started.
Completed run(const Command& command);

}  // namespace rxlease::cni
