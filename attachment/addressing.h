// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/netlink/netns.h"
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
// pod by a route to its single address. The routes have no oif: apply() and missing() know the links.
struct Addressing {
  std::vector<kernel::IpPrefix> pod_addresses;
  std::vector<kernel::Route> pod_routes;
  std::vector<kernel::IpPrefix> host_addresses;
  std::vector<kernel::Route> host_routes;
};

Addressing plan_addressing(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes);

// An end of the pair: a namespace, and the link in it.
struct End {
  kernel::Namespace& netns;
  std::string ifname;
  std::uint32_t ifindex;
};

// Sets it up; both links must be up. Allows IPv6 on the links and forwarding on the host where the addresses
// need it. Error (invalid) names an address that a link cannot have, or a route that the kernel cannot
// resolve. Everything that it makes ends with the links.
void apply(const Addressing& addressing, const End& pod, const End& host);

// What is missing, a phrase each: "address 10.22.0.5/16 on eth0". Empty when all of it is there.
std::vector<std::string> missing(const Addressing& addressing, const End& pod, const End& host);

}  // namespace rxlease::attachment
