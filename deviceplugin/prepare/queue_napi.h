// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "kernel/device_id.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::prepare {

// The NAPI that serves a receive queue, as the kernel tells it now.
struct QueueNapi {
  bool is_told = true;               // false: the NIC is down, and lists no queues
  std::optional<kernel::Napi> napi;  // absent: the queue has none, or is gone
};

// `sysfs`: shows the NICs of the namespace that `netdev` is in.
QueueNapi napi_of(const kernel::Netdev& netdev, const std::string& sysfs, const kernel::DeviceId& device);

}  // namespace rxlease::deviceplugin::prepare
