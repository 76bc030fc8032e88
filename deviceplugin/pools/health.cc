// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/health.h"

#include <algorithm>

namespace rxlease::deviceplugin::pools {

// The plugin records the netkit's ifindex before it leases.
const attachment::Attachment* explanation(const kernel::DeviceId& id, const kernel::Lease& lease,
                                          const std::vector<attachment::Attachment>& attachments) {
  const auto explains = [&](const attachment::Attachment& attachment) {
    return attachment.interface_ifindex == lease.ifindex &&
           std::ranges::any_of(attachment.devices, [&](const auto& device) { return device.id == id; });
  };
  const auto found = std::ranges::find_if(attachments, explains);
  return found == attachments.end() ? nullptr : &*found;
}

namespace {

std::string describe_foreign(const kernel::Lease& lease) {
  return "leased by ifindex " + std::to_string(lease.ifindex) +
         (lease.netns_id ? " in the network namespace with id " + std::to_string(*lease.netns_id)
                         : " in the host's network namespace") +
         ", which no attachment of rxlease explains";
}

void observe_occupancy(DeviceState& state, const nic::QueueState& use,
                       const std::vector<attachment::Attachment>& attachments) {
  if (use.lease) {
    const auto* attachment = explanation(state.id, *use.lease, attachments);
    state.occupancy = attachment != nullptr ? Occupancy::leased : Occupancy::foreign;
    state.holder = attachment != nullptr ? attachment->describe_owner() : describe_foreign(*use.lease);
  } else if (use.af_xdp) {
    state.occupancy = Occupancy::af_xdp;
  } else if (use.memory_provider) {
    state.occupancy = Occupancy::memory_provider;
  } else {
    state.occupancy = Occupancy::free;
  }
}

// Why no pod can have this queue of the NIC; empty when one can.
std::string nic_trouble(const nic::NicState* nic, std::uint32_t queue) {
  if (nic == nullptr) return "its NIC is gone";
  if (!nic->cannot_lease.empty()) return "its NIC cannot lease queues: " + nic->cannot_lease;
  if (queue >= nic->details.rx_queues) {
    return "its NIC has only " + std::to_string(nic->details.rx_queues) + " receive queues now";
  }
  if (!nic->up) return "its NIC is down";
  if (!nic->carrier) return "its NIC has no carrier";
  return "";
}

// Who keeps pods from the queue; empty: nobody.
std::string occupancy_trouble(const DeviceState& queue) {
  switch (queue.occupancy) {
    case Occupancy::foreign:
      return queue.holder;
    case Occupancy::af_xdp:
      return "it is bound to AF_XDP without a lease: by a program of the host, or by one that has ended";
    case Occupancy::memory_provider:
      return "it is bound to io_uring or devmem without a lease: by a program of the host";
    case Occupancy::free:
    case Occupancy::leased:
    case Occupancy::unknown:
      break;
  }
  return "";
}

}  // namespace

DeviceState observe(const kernel::DeviceId& id, const nic::NicState* nic,
                    const std::vector<attachment::Attachment>& attachments) {
  DeviceState state;
  state.id = id;
  if (nic != nullptr) {
    state.ifname = nic->details.nic.ifname;
    state.numa_node = nic->details.numa_node;
    if (const auto* use = nic::find_queue(*nic, id.queue)) observe_occupancy(state, *use, attachments);
  }
  return state;
}

std::string trouble_of(const DeviceState& queue, const nic::NicState* nic) {
  auto trouble = nic_trouble(nic, queue.id.queue);
  return trouble.empty() ? occupancy_trouble(queue) : trouble;
}

DeviceState judge(const kernel::DeviceId& id, const nic::NicState* nic,
                  const std::vector<attachment::Attachment>& attachments) {
  auto state = observe(id, nic, attachments);
  state.reason = trouble_of(state, nic);
  state.healthy = state.reason.empty();
  return state;
}

}  // namespace rxlease::deviceplugin::pools
