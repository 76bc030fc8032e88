// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/neighbour.h>

#include <cstdint>
#include <vector>

#include "kernel/ip.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// rt-neigh.yaml, attribute-set "neighbour-attrs", behind its fixed header
struct NeighAttrs {
  ndmsg neigh{};
  Bytes dst;

  static constexpr auto header() { return &NeighAttrs::neigh; }
  static constexpr auto attributes() { return std::tuple{Attribute{NDA_DST, &NeighAttrs::dst}}; }
};

// Proxy entries (NTF_PROXY) of a link: the addresses for which the host answers ARP requests and neighbour
// solicitations that arrive there, as long as it forwards packets and its route to the address is through
// another link. For IPv6 the link's sysctl proxy_ndp must be 1. They go with the link.
class Neighbors {
 public:
  explicit Neighbors(Transport& transport) : transport_(transport) {}

  // Adds an entry, or does nothing if it is there. Needs CAP_NET_ADMIN. ENODEV: there is no such link.
  void newneigh_proxy(std::uint32_t ifindex, const IpAddress& address) const;

  // Removes an entry. False: there is none, or no such link.
  bool delneigh_proxy(std::uint32_t ifindex, const IpAddress& address) const;

  // The entries of the link.
  std::vector<IpAddress> getneigh_dump_proxies(std::uint32_t ifindex) const;

 private:
  Transport& transport_;
};

}  // namespace rxlease::kernel
