// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "attachment/record/addressing.h"
#include "kernel/ip.h"

namespace rxlease::attachment {

// An address that a pod is to have.
struct PodAddress {
  kernel::IpPrefix address;
  std::optional<kernel::IpAddress> gateway;
};

// A route that a pod is to have. Without a gateway it leads through that of the first address of its family,
// or straight onto the link if that address has none.
struct PodRoute {
  kernel::IpPrefix dst;
  std::optional<kernel::IpAddress> gw;
  std::optional<std::uint32_t> mtu, advmss, priority, table, scope;
};

// For a pair.
Addressing plan_addressing(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes);

// For a single netkit: addresses only. Linux drops every packet that its own protocols send through a single,
// so no route may lead there, not even that of the address's prefix. Error (invalid) if there are routes.
Addressing plan_single(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes);

}  // namespace rxlease::attachment
