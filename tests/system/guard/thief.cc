// SPDX-License-Identifier: Apache-2.0
#include "tests/system/guard/thief.h"

#include "kernel/error.h"
#include "kernel/netlink/nsids.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"

namespace rxlease::tests {

Thief::Thief(std::uint32_t nic_ifindex)
    : netdev_(netdev_of(pod_.netns())),
      nic_(nic_ifindex),
      host_(kernel::NsIds(pod_.netns().route()).ensure_nsid(host().fd())) {
  give_back();
}

Thief::~Thief() = default;

int Thief::try_to_lease(std::uint32_t queue) {
  try {
    netdev_.queue_create(netkit_, {nic_, {queue}, host_});
    return 0;
  } catch (const kernel::KernelError& error) {
    return error.error();
  }
}

void Thief::give_back() {
  const kernel::Links links(pod_.netns().route());
  if (netkit_ != 0) links.dellink(netkit_);
  netkit_ = links.newlink(netkit_single("loot", 1)).ifindex();
}

}  // namespace rxlease::tests
