// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/netlink/routes.h"

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

// What both ends of a pair must have so that the pod reaches the host and, through it, the world: the layout
// that the reference plugin ptp has made familiar. The gateway's address sits on the host's end. The pod
// reaches the gateway directly and everything else, its own subnet included, through it. The host reaches the
// pod by a route to its single address. The routes have no oif: the ends know their links (ends.h).
struct Addressing {
  std::vector<kernel::IpPrefix> pod_addresses;
  std::vector<kernel::Route> pod_routes;     // to gateways and subnets
  std::vector<kernel::Route> wanted_routes;  // the pod's further ones: those that it is to have
  std::vector<kernel::IpPrefix> host_addresses;
  std::vector<kernel::Route> host_routes;
};

Addressing plan_addressing(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes);

// For a single netkit: addresses only. Linux drops every packet that its own protocols send through a single,
// so no route may lead there, not even that of the address's prefix. Error (invalid) if there are routes.
Addressing plan_single(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes);

}  // namespace rxlease::attachment
