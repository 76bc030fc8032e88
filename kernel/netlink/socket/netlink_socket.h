// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "kernel/netlink/socket/transport.h"

struct nl_sock;

namespace rxlease::kernel {

// A netlink socket. It belongs permanently to the network namespace in which its thread made it.
class NetlinkSocket final : public Transport {
 public:
  // `protocol`: NETLINK_ROUTE or NETLINK_GENERIC. Throws KernelError if there can be no socket.
  explicit NetlinkSocket(int protocol);

  // Retries a dump that a change interrupted (NLM_F_DUMP_INTR) up to ten times, then throws EAGAIN. Throws
  // ETIMEDOUT if the kernel is silent for 30 seconds.
  std::vector<Message> exchange(const Request& request) override;

  // Sends the request of a dump, and passes on its messages as they come until `take` returns false, for
  // dumps that somebody else can make as long as he likes. Then the rest of the dump is not read, and the
  // object can carry no other request. A dump that a change interrupts is not repeated. KernelError as of
  // exchange().
  using Take = std::function<bool(const Message&)>;
  void browse(const Request& request, const Take& take);

 private:
  struct Free {
    void operator()(nl_sock* socket) const;
  };
  std::unique_ptr<nl_sock, Free> socket_;
};

}  // namespace rxlease::kernel
