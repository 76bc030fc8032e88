// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernel/transport.h"

struct nl_sock;

namespace rxlease::kernel {

// A netlink socket. It belongs for good to the network namespace that its thread was in when it was made.
class NetlinkSocket final : public Transport {
 public:
  // `protocol`: NETLINK_ROUTE or NETLINK_GENERIC. Throws KernelError when no socket can be had.
  explicit NetlinkSocket(int protocol);

  // Repeats a dump that a change interrupted (NLM_F_DUMP_INTR) up to ten times, then throws EAGAIN. Gives up
  // with ETIMEDOUT when the kernel is silent for 30 seconds.
  std::vector<Message> exchange(const Request& request) override;

 private:
  struct Free {
    void operator()(nl_sock* socket) const;
  };
  std::unique_ptr<nl_sock, Free> socket_;
};

}  // namespace rxlease::kernel
