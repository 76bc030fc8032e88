// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/holder.h"

#include "kernel/device_id.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::prepare {

std::string holder_of(kernel::Namespace& host, const kernel::Nic& nic,
                      const std::vector<attachment::Attachment>& attachments,
                      const nic::IsParked& is_parked) {
  for (const auto& attachment : attachments) {
    for (const auto& device : attachment.devices) {
      if (device.id.nic != nic.name) continue;
      return device.id.to_string() + " is leased to " + attachment.describe_owner();
    }
  }
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev) return "";
  for (const auto& queue : netdev->queue_get_dump(nic.ifindex)) {
    const auto name = kernel::DeviceId{nic.name, queue.id.value_or(0)}.to_string();
    if (queue.lease && is_parked && is_parked(*queue.lease)) continue;
    if (queue.lease) return name + " is leased by ifindex " + std::to_string(queue.lease->ifindex);
    if (queue.io_uring || queue.dmabuf) return name + " has a receiver of io_uring or devmem";
  }
  return "";
}

}  // namespace rxlease::deviceplugin::prepare
