// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/parking.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/nsids.h"

namespace rxlease::deviceplugin::guard {

namespace {

constexpr std::uint32_t without_ipv6 = 576;  // an MTU: below 1280 the kernel sets up no IPv6 for a link

std::string name_of(std::uint32_t number) {
  std::array<char, 8> digits{};
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return parked_name + std::string(digits.data(), end);
}

// Down, since a lease does not need the link up; room for one lease.
kernel::Link netkit_named(const std::string& name) {
  kernel::NetkitAttrs netkit;
  netkit.pairing = kernel::NetkitPairing::single;
  kernel::Link link;
  link.ifname = name;
  link.mtu = without_ipv6;
  link.num_rx_queues = 2;
  link.linkinfo = kernel::LinkInfo{"netkit", encode(netkit)};
  return link;
}

// Somebody was faster, or the NIC has changed since the scan: the next scan decides anew.
bool is_about_the_queue(int error) {
  return error == EBUSY || error == ERANGE || error == ENODEV;
}

std::int32_t id_in(kernel::Namespace& here, int of) {
  return kernel::NsIds(here.route()).ensure_nsid(of);
}

}  // namespace

Parking::Parking(kernel::Namespace& host)
    : netns_(kernel::NetNs::make()), netns_id_(id_in(host, netns_.fd())) {
  kernel::LinuxNamespace inside(netns_.duplicate());
  host_id_ = id_in(inside, host.fd());
}

std::uint32_t Parking::spare_netkit(kernel::Namespace& inside) {
  if (spare_ == 0) spare_ = kernel::Links(inside.route()).newlink(netkit_named(name_of(++made_))).ifindex();
  return spare_;
}

Parking::Outcome Parking::park(const std::vector<QueueKey>& queues) {
  Outcome outcome;
  if (queues.empty()) return outcome;
  kernel::LinuxNamespace inside(netns_.duplicate());
  const auto netdev = kernel::Netdev::open(inside.generic());
  if (!netdev) throw kernel::KernelError("queue-create", EOPNOTSUPP, "this kernel has no netdev family");
  for (const auto& queue : queues) {
    const auto netkit = spare_netkit(inside);
    try {
      netdev->queue_create(netkit, {queue.nic_ifindex, {queue.queue}, host_id_});
    } catch (const kernel::KernelError& error) {
      ++outcome.refused;
      if (!is_about_the_queue(error.error())) outcome.refusal = error.what();
      continue;
    }
    spare_ = 0;
    outcome.parked.push_back({queue, netkit});
  }
  return outcome;
}

void Parking::let_go(const std::vector<std::uint32_t>& netkits) {
  if (netkits.empty()) return;
  kernel::LinuxNamespace inside(netns_.duplicate());
  kernel::Links(inside.route()).dellink_all(netkits, ++groups_);
}

}  // namespace rxlease::deviceplugin::guard
