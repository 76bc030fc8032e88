// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/nic_scanner.h"

#include <linux/if.h>

#include <cerrno>

#include "kernel/error.h"
#include "kernel/netlink/links.h"

namespace rxlease::deviceplugin::nic {

namespace {

// nullopt when the NIC has gone.
std::optional<std::vector<kernel::Queue>> list_queues(const kernel::Netdev& netdev, std::uint32_t ifindex) {
  try {
    return netdev.queue_get_dump(ifindex);
  } catch (const kernel::KernelError& error) {
    if (error.error() == ENODEV) return std::nullopt;
    throw;
  }
}

// nullopt when the NIC has gone.
std::optional<std::map<std::uint32_t, QueueState>> read_queues(kernel::Namespace& host, std::uint32_t ifindex,
                                                               const IsParked& is_parked) {
  std::map<std::uint32_t, QueueState> states;
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev) return states;
  const auto queues = list_queues(*netdev, ifindex);
  if (!queues) return std::nullopt;
  for (const auto& queue : *queues) {
    if (queue.type != kernel::QueueType::rx || !queue.id) continue;
    const bool parked = queue.lease && is_parked && is_parked(*queue.lease);
    states[*queue.id] = {.lease = parked ? std::nullopt : queue.lease,
                         .is_parked = parked,
                         .af_xdp = queue.xsk.has_value(),
                         .memory_provider = queue.io_uring || queue.dmabuf};
  }
  return states;
}

}  // namespace

const std::string& NicScanner::probe(const kernel::NicDetails& details) {
  return memory_.cannot_lease(details.nic.ifindex, LeaseMemory::Clock::now(), [&] {
    if (probing_ == Probing::ask) return ask_lease(host_, details.nic);
    const auto last_queue = details.rx_queues == 0 ? 0 : details.rx_queues - 1;
    return probe_lease(host_, details.nic, last_queue);
  });
}

std::vector<NicState> NicScanner::scan(const std::function<bool(const kernel::NicDetails&)>& wanted) {
  const kernel::Links links(host_.route());
  std::vector<NicState> nics;
  for (auto& details : kernel::list_nics(sysfs_)) {
    const auto link = links.getlink(details.nic.ifindex);
    if (!link) continue;
    details.altnames = link->altnames();
    if (!wanted(details)) continue;
    NicState state;
    state.up = link->is_up();
    state.carrier = (link->ifinfo.ifi_flags & IFF_RUNNING) != 0;
    state.cannot_lease = probe(details);
    if (state.up) {
      auto queues = read_queues(host_, details.nic.ifindex, is_parked_);
      if (!queues) continue;
      state.queues = std::move(*queues);
    }
    state.details = std::move(details);
    nics.push_back(std::move(state));
  }
  return nics;
}

}  // namespace rxlease::deviceplugin::nic
