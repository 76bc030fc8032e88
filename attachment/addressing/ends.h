// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "attachment/addressing/addressing.h"
#include "kernel/netlink/netns.h"

namespace rxlease::attachment {

// An end of the netkit: a namespace, and the link in it.
struct End {
  kernel::Namespace& netns;
  std::string ifname;
  std::uint32_t ifindex;
};

// Whether the host's link is that of a pod's earlier sandbox, whose addresses its new one takes over.
using IsPredecessor = std::function<bool(std::uint32_t ifindex)>;

// Sets up a pair; both links must be up. Allows IPv6 on the links and forwarding on the host where the
// addresses need it. The pod may have other interfaces with routes to the same destinations: those to
// gateways and subnets stay in front of the new ones, and the wanted ones go in front of them, or, with IPv6,
// share with them, as with the reference plugins. Error (invalid) names an address that a link cannot have,
// or a route that the kernel cannot resolve; (busy) an address that the host reaches through somebody else's
// link. Everything that it makes ends with the links, but for the host's forwarding.
void apply(const Addressing& addressing, const End& pod, const End& host,
           const IsPredecessor& is_predecessor);

// Sets up a single, which must be up. Error as above.
void apply_to_single(const Addressing& addressing, const End& single);

// What is missing, a phrase each: "address 10.22.0.5/16 on eth0". Empty when all of it is there. A later
// plugin may have moved the pod's routes to another table (sbr does), or the pod's link into a VRF, where
// routes to gateways and subnets can be other ones that lead to the same place.
std::vector<std::string> missing_in_pod(const Addressing& addressing, const End& pod);
std::vector<std::string> missing_in_host(const Addressing& addressing, const End& host);

}  // namespace rxlease::attachment
