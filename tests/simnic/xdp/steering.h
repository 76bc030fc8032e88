// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/fd.h"

namespace rxlease::tests {

// An XDP program on a NIC that hands what comes through some of its queues to AF_XDP sockets, and passes
// everything else on. The kernel is told in numbers of the NIC's own queues, whatever a pod's interface calls
// them.
class XdpSteering {
 public:
  // Attaches the program until the object ends. Throws kernel::KernelError; ENOTSUP among them when memory
  // providers or header split are in use on the NIC.
  explicit XdpSteering(std::uint32_t ifindex);

  // Throws kernel::KernelError.
  void hand_over(std::uint32_t queue, const kernel::Fd& socket);

 private:
  kernel::Fd map_;
  kernel::Fd program_;
  kernel::Fd link_;
};

}  // namespace rxlease::tests
