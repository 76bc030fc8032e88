// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cni/result.h"
#include "kernel/netns.h"
#include "kernel/routes.h"

namespace rxlease::cni {

// What both ends of a pair must have so that the pod reaches the host and, through it, the world: the layout
// that the reference plugin ptp has made familiar. The gateway's address sits on the host's end; the pod
// reaches the gateway directly and everything else, its own subnet included, through it; the host reaches the
// pod by a route to its single address. The routes' oif is left to apply() and verify().
struct Addressing {
  std::vector<kernel::IpPrefix> pod_addresses;
  std::vector<kernel::Route> pod_routes;
  std::vector<kernel::IpPrefix> host_addresses;
  std::vector<kernel::Route> host_routes;
};

// Derives it from an IPAM result. A route without "gw" goes through the gateway of the first address of its
// family, or straight onto the link where there is none.
Addressing plan_addressing(const Result& result);

// The two ends: a namespace, the link in it.
struct End {
  kernel::Namespace& netns;
  std::string ifname;
  std::uint32_t ifindex;
};

// Sets it up; both links must be up. Allows IPv6 on the links and forwarding on the host where the addresses
// need it. Error 7 names a route that the kernel cannot resolve; everything it makes ends with the links.
void apply(const Addressing& addressing, const End& pod, const End& host);

// What of it is missing, a sentence each; empty when all of it is there.
std::vector<std::string> missing(const Addressing& addressing, const End& pod, const End& host);

}  // namespace rxlease::cni
