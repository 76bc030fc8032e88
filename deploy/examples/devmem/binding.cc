// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/devmem/binding.h"

#include <linux/netlink.h>
#include <net/if.h>

#include <cerrno>

#include "deploy/examples/zerocopy/failure.h"
#include "kernel/error.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/socket/genl.h"

namespace rxlease::examples {

namespace {

constexpr std::uint8_t bind_rx = 13;  // netdev.yaml, operations (Linux 6.12)

// netdev.yaml, attribute-set "dmabuf", for one queue
struct Dmabuf {
  std::uint32_t ifindex = 0;
  kernel::QueueId queues;
  std::uint32_t fd = 0;

  static constexpr auto attributes() {
    return std::tuple{kernel::Attribute{1, &Dmabuf::ifindex}, kernel::Attribute{2, &Dmabuf::queues},
                      kernel::Attribute{3, &Dmabuf::fd}};
  }
};

}  // namespace

Binding::Binding(const std::string& interface, std::uint32_t queue, int dmabuf) : socket_(NETLINK_GENERIC) {
  const auto ifindex = if_nametoindex(interface.c_str());
  if (ifindex == 0) fail("interface '" + interface + "'");
  const auto netdev = kernel::getfamily(socket_, "netdev");
  if (!netdev) throw kernel::KernelError("bind-rx", EOPNOTSUPP, "the kernel has no netdev family");
  const Dmabuf request{.ifindex = ifindex, .queues = {queue}, .fd = static_cast<std::uint32_t>(dmabuf)};
  kernel::call_family(socket_, *netdev, {"bind-rx", bind_rx, 0, kernel::encode(request)});
}

}  // namespace rxlease::examples
