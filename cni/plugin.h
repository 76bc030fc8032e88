// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cni/conf/environment.h"
#include "cni/conf/net_conf.h"
#include "cni/system.h"

namespace rxlease::cni {

// One call of the plugin, read and checked.
struct Call {
  System& system;
  const Environment& environment;
  const NetConf& conf;
};

// The verbs, in the specification's own words. They throw Error; nothing of a failed ADD stays.
nlohmann::json cmd_add(const Call& call);  // the result
void cmd_del(const Call& call);            // succeeds when all is gone already
void cmd_check(const Call& call);          // Error 101 names all that is not as ADD left it
void cmd_gc(const Call& call);             // undoes the network's attachments that are not in the list
void cmd_status(const Call& call);         // Errors 50 and 51 when an ADD would fail

// Runs the environment's verb and returns what it prints. Error 4 for a verb that is none of these.
std::string execute(System& system, const Environment& environment, std::string_view input);

struct Outcome {
  int status = 0;      // the process's exit status
  std::string output;  // for standard output
};

// The whole plugin: environment and standard input to exit status and standard output. Throws nothing.
Outcome run_plugin(System& system, const Variables& variables, std::string_view input);

}  // namespace rxlease::cni
