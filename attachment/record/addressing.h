// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernel/ip.h"
#include "kernel/netlink/routes.h"

namespace rxlease::attachment {

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

}  // namespace rxlease::attachment
