// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace rxlease::deviceplugin::ctl {

// The network configurations that a container runtime finds, as paths in the order in which it reads them.
struct Conflists {
  std::string first;                      // the one that the runtime uses; empty: there is none
  std::vector<std::string> with_rxlease;  // with a plugin of the type "rxlease"
  std::vector<std::string> af_xdp_only;   // lists in which rxlease adds a single to another main plugin
  std::vector<std::string> unreadable;    // not JSON, or without "plugins" and "type"
};

// Reads *.conflist, *.conf and *.json of a directory, as libcni does. Empty if there is no such directory.
Conflists read_conflists(const std::string& directory);

}  // namespace rxlease::deviceplugin::ctl
