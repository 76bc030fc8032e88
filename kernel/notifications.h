// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/fd.h"
#include "kernel/netns.h"

namespace rxlease::kernel {

// A socket that the kernel tells of changes in the namespace of the thread that made it. What changed is not
// told on: whoever cares looks at the present state, so that a notification lost costs nothing.
class Notifications {
 public:
  // `protocol`: NETLINK_ROUTE or NETLINK_GENERIC; `groups`: multicast group numbers (RTNLGRP_*, or a
  // family's).
  Notifications(int protocol, const std::vector<std::uint32_t>& groups);

  int fd() const { return socket_.get(); }  // readable when something changed

  // Takes all that waits; returns how many messages. One that overflowed the socket counts as one.
  std::size_t drain() const;

 private:
  Fd socket_;
};

// The multicast groups of generic netlink that tell of NICs: devices that come, go and change (netdev),
// channels that change (ethtool). A kernel without them has no news.
std::vector<std::uint32_t> generic_groups(Namespace& host);

}  // namespace rxlease::kernel
