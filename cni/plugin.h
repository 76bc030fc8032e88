// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cni/conf/environment.h"
#include "cni/system/system.h"

namespace rxlease::cni {

// Runs the environment's verb and returns what it prints. Error 4 for a verb that the plugin does not know.
std::string execute(System& system, const Environment& environment, std::string_view input);

struct Outcome {
  int status = 0;      // the process's exit status
  std::string output;  // for standard output
};

// The whole plugin: environment and standard input to exit status and standard output. Throws nothing: an
// error, one of `open_system` or `read_input` too, is printed as the specification has it.
using OpenSystem = std::function<System&()>;
using ReadInput = std::function<std::string()>;
Outcome run_plugin(const OpenSystem& open_system, const Variables& variables, const ReadInput& read_input);
Outcome run_plugin(System& system, const Variables& variables, const ReadInput& read_input);

// For people who run the plugin by hand: what it is, and what they may want instead.
std::string help(std::string_view plugin_version);

}  // namespace rxlease::cni
