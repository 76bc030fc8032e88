// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/fd.h"
#include "kernel/netlink/netns.h"

namespace rxlease::kernel {

// A socket that becomes readable after changes in the namespace of the thread that made it. It does not pass
// on what changed: callers read the present state, so a lost notification does no harm.
class Notifications {
 public:
  // `protocol`: NETLINK_ROUTE or NETLINK_GENERIC; `groups`: multicast group numbers (RTNLGRP_*, or a
  // family's).
  Notifications(int protocol, const std::vector<std::uint32_t>& groups);

  int fd() const { return socket_.get(); }  // readable when something changed

  // Discards all waiting messages and returns their number; an overflow of the socket counts as one.
  std::size_t drain() const;

 private:
  Fd socket_;
};

// The multicast groups of generic netlink with notifications about NICs: devices that come, go and change
// (netdev), and changed channels (ethtool). Empty if the kernel lacks them.
std::vector<std::uint32_t> generic_groups(Namespace& host);

}  // namespace rxlease::kernel
