// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/queue_napi.h"

#include "kernel/error.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::prepare {

QueueNapi napi_of(const kernel::Netdev& netdev, const std::string& sysfs, const kernel::DeviceId& device) {
  const auto nic = kernel::find_nic(sysfs, device.nic);
  if (!nic) return {};
  try {
    const auto queue = netdev.queue_get(nic->ifindex, {device.queue});
    if (!queue) return {.is_told = !netdev.queue_get_dump(nic->ifindex).empty(), .napi = {}};
    return {.is_told = true, .napi = queue->napi_id ? netdev.napi_get(*queue->napi_id) : std::nullopt};
  } catch (const kernel::KernelError&) {  // the NIC has just gone
    return {.is_told = false, .napi = {}};
  }
}

}  // namespace rxlease::deviceplugin::prepare
