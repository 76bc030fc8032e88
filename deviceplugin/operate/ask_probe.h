// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rxlease::deviceplugin::operate {

// What the daemon that runs says about itself.
struct ProbeResult {
  bool well = false;
  std::string text;  // "ok\n", or what is wrong
};

// Asks for a path, such as /healthz, at the daemon's own socket. It does not answer within two seconds, or is
// not there: it is not well, and the text says how.
ProbeResult ask_probe(const std::string& socket, const std::string& path);

}  // namespace rxlease::deviceplugin::operate
