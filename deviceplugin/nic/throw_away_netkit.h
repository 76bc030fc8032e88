// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernel/netlink/links.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::nic {

// A single netkit with room for one lease, deleted with the object. Needs CAP_NET_ADMIN. KernelError
// EOPNOTSUPP: the kernel has no netkit; EINVAL: none that is single.
class ThrowAwayNetkit {
 public:
  // Replaces a netkit of that name, which a killed process has left.
  ThrowAwayNetkit(kernel::Namespace& netns, const std::string& name);
  ThrowAwayNetkit(const ThrowAwayNetkit&) = delete;
  ThrowAwayNetkit& operator=(const ThrowAwayNetkit&) = delete;
  ~ThrowAwayNetkit();

  std::uint32_t ifindex() const { return ifindex_; }

 private:
  kernel::Links links_;
  std::uint32_t ifindex_ = 0;
};

// The name of those of the daemon's probes: the first probe of the next daemon replaces what a kill leaves.
constexpr const char* probe_name = "rxlprobe";

// A name that no other process uses at the same time.
std::string throw_away_name();

}  // namespace rxlease::deviceplugin::nic
