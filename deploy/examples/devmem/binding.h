// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernel/netlink/socket/netlink_socket.h"

namespace rxlease::examples {

// The binding of a dmabuf to a receive queue: the NIC writes payload there. It lasts as long as the object.
class Binding {
 public:
  // Needs CAP_NET_ADMIN over the network namespace, in the user namespace that owns it: a pod with
  // `hostUsers: false` has that. Throws std::system_error if there is no such interface, KernelError
  // otherwise; EPERM: without the capability.
  Binding(const std::string& interface, std::uint32_t queue, int dmabuf);

  // By which the kernel names the memory of what arrives.
  std::uint32_t id() const { return id_; }

 private:
  kernel::NetlinkSocket socket_;
  std::uint32_t id_;
};

}  // namespace rxlease::examples
