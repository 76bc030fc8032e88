// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/lease_probe.h"

#include <cerrno>

#include "kernel/error.h"
#include "kernel/links.h"
#include "kernel/netdev.h"

namespace rxlease::deviceplugin {

namespace {

constexpr const char* probe_name = "rxlprobe";

// A netkit with room for one lease, gone with the object.
class ThrowAwayNetkit {
 public:
  explicit ThrowAwayNetkit(kernel::Namespace& netns) : links_(netns.route()) {
    if (const auto left = links_.getlink(probe_name); left && left->netkit()) links_.dellink(left->ifindex());
    kernel::NetkitAttrs netkit;
    netkit.pairing = kernel::NetkitPairing::single;
    kernel::Link link;
    link.ifname = probe_name;
    link.num_rx_queues = 2;
    link.linkinfo = kernel::LinkInfo{"netkit", encode(netkit)};
    ifindex_ = links_.newlink(link).ifindex();
  }
  ThrowAwayNetkit(const ThrowAwayNetkit&) = delete;
  ThrowAwayNetkit& operator=(const ThrowAwayNetkit&) = delete;
  ~ThrowAwayNetkit() {
    try {
      links_.dellink(ifindex_);
    } catch (const kernel::KernelError&) {  // the next probe removes it
    }
  }

  std::uint32_t ifindex() const { return ifindex_; }

 private:
  kernel::Links links_;
  std::uint32_t ifindex_ = 0;
};

}  // namespace

std::string probe_lease(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue) {
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev || !netdev->has_op(kernel::NetdevOp::queue_create)) {
    return "this kernel has no queue-create (Linux 7.1 or later does)";
  }
  try {
    const ThrowAwayNetkit netkit(host);
    netdev->queue_create(netkit.ifindex(), {nic.ifindex, {queue}, std::nullopt});
    return "";
  } catch (const kernel::KernelError& error) {
    return error.operation() == "queue-create" && error.error() == EBUSY ? "" : error.what();
  }
}

}  // namespace rxlease::deviceplugin
