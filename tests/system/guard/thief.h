// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/netlink/netdev.h"
#include "tests/system/fixture/pod.h"

namespace rxlease::tests {

// A process in a pod with CAP_NET_ADMIN in the initial user namespace, a netkit of its own in the pod's
// network namespace, and the host's id there. For one thread; each has a thief of its own.
class Thief {
 public:
  explicit Thief(std::uint32_t nic_ifindex);
  ~Thief();

  // Tries to lease a queue: 0, or the kernel's errno. Whoever succeeds has to give back before the next try.
  int try_to_lease(std::uint32_t queue);

  // Gives back by deleting the netkit, and makes another.
  void give_back();

 private:
  Pod pod_;
  kernel::Netdev netdev_;
  std::uint32_t nic_;
  std::int32_t host_;
  std::uint32_t netkit_ = 0;
};

}  // namespace rxlease::tests
