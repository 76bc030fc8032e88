// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace rxlease::deviceplugin::ctl {

// The network configurations that a container runtime finds, as paths in its order.
struct Conflists {
  std::string first;                      // what the runtime takes; empty: there is none
  std::vector<std::string> with_rxlease;  // whose plugins, or the one plugin, are of type "rxlease"
  std::vector<std::string> af_xdp_only;  // lists with a single netkit of ours, whose main plugin is another's
  std::vector<std::string> unreadable;   // no JSON, or neither "plugins" nor "type"
};

// Reads *.conflist, *.conf and *.json of a directory, as libcni does; nothing when there is none.
Conflists read_conflists(const std::string& directory);

}  // namespace rxlease::deviceplugin::ctl
