// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace rxlease::deviceplugin::ctl {

// Who asks, and how long for.
struct Asker {
  std::string verb;  // of rxleasectl: "guard"
  std::chrono::seconds patience;
};

// Sends the daemon a message of proto/node.h, and returns the answer. std::runtime_error, with a remedy: the
// daemon does not answer within the asker's patience, or only root may ask.
std::string ask_daemon(const std::string& state_directory, const std::string& question, const Asker& asker);

}  // namespace rxlease::deviceplugin::ctl
