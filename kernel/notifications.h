// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/fd.h"

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

}  // namespace rxlease::kernel
