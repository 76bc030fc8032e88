// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/af_xdp_support.h"

#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::nic {

bool has_zero_copy_af_xdp(kernel::Transport& generic, std::uint32_t ifindex) {
  const auto netdev = kernel::Netdev::open(generic);
  return netdev && netdev->dev_get(ifindex).has_xsk_zero_copy();
}

}  // namespace rxlease::deviceplugin::nic
