// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/throw_away_netkit.h"

#include <unistd.h>

#include "kernel/error.h"

namespace rxlease::deviceplugin::nic {

ThrowAwayNetkit::ThrowAwayNetkit(kernel::Namespace& netns, const std::string& name) : links_(netns.route()) {
  if (const auto left = links_.getlink(name); left && left->netkit()) links_.dellink(left->ifindex());
  kernel::NetkitAttrs netkit;
  netkit.pairing = kernel::NetkitPairing::single;
  kernel::Link link;
  link.ifname = name;
  link.num_rx_queues = 2;
  link.linkinfo = kernel::LinkInfo{"netkit", encode(netkit)};
  ifindex_ = links_.newlink(link).ifindex();
}

ThrowAwayNetkit::~ThrowAwayNetkit() {
  try {
    links_.dellink(ifindex_);
  } catch (const kernel::KernelError&) {  // the next netkit of this name replaces it
  }
}

std::string throw_away_name() {
  return "rxl" + std::to_string(getpid());
}

}  // namespace rxlease::deviceplugin::nic
