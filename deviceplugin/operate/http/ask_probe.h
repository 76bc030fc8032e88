// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace rxlease::deviceplugin::operate {

// What the daemon that runs says about itself.
struct ProbeResult {
  bool well = false;
  std::string text;  // "ok\n", or what is wrong
};

// Asks for a path, such as /healthz, at the daemon's own socket. It does not answer within two seconds, or is
// not there: it is not well, and the text says how. An answer is cut off behind `longest` bytes.
ProbeResult ask_probe(const std::string& socket, const std::string& path, std::size_t longest = 4096);

}  // namespace rxlease::deviceplugin::operate
