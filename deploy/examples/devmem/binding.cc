// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/devmem/binding.h"

#include <linux/netlink.h>
#include <net/if.h>

#include <cerrno>
#include <optional>

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
  std::optional<std::uint32_t> id;  // in the answer

  static constexpr auto attributes() {
    return std::tuple{kernel::Attribute{1, &Dmabuf::ifindex}, kernel::Attribute{2, &Dmabuf::queues},
                      kernel::Attribute{3, &Dmabuf::fd}, kernel::Attribute{4, &Dmabuf::id}};
  }
};

std::uint32_t bind(kernel::NetlinkSocket& socket, const std::string& interface, std::uint32_t queue,
                   int dmabuf) {
  const auto ifindex = if_nametoindex(interface.c_str());
  if (ifindex == 0) fail("interface '" + interface + "'");
  const auto netdev = kernel::getfamily(socket, "netdev");
  if (!netdev) throw kernel::KernelError("bind-rx", EOPNOTSUPP, "the kernel has no netdev family");
  const Dmabuf request{
      .ifindex = ifindex, .queues = {queue}, .fd = static_cast<std::uint32_t>(dmabuf), .id = {}};
  const auto answer = kernel::call_family(socket, *netdev, {"bind-rx", bind_rx, 0, kernel::encode(request)});
  const auto id = answer.empty() ? std::nullopt : kernel::decode_genl<Dmabuf>(answer.front()).id;
  if (!id) throw kernel::KernelError("bind-rx", ENODATA, "the answer does not name the binding");
  return *id;
}

}  // namespace

Binding::Binding(const std::string& interface, std::uint32_t queue, int dmabuf)
    : socket_(NETLINK_GENERIC), id_(bind(socket_, interface, queue, dmabuf)) {}

}  // namespace rxlease::examples
