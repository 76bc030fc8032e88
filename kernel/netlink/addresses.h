// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/if_addr.h>

#include <cstdint>
#include <vector>

#include "kernel/ip.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// rt-addr.yaml, attribute-set "addr-attrs", behind its fixed header
struct AddrAttrs {
  ifaddrmsg ifaddr{};
  Bytes address, local;  // equal, but for point-to-point links
  std::optional<std::uint32_t> flags;

  static constexpr auto header() { return &AddrAttrs::ifaddr; }
  static constexpr auto attributes() {
    return std::tuple{Attribute{IFA_ADDRESS, &AddrAttrs::address}, Attribute{IFA_LOCAL, &AddrAttrs::local},
                      Attribute{IFA_FLAGS, &AddrAttrs::flags}};
  }
};

// Whether the kernel makes a route for an address's prefix by itself. It makes it again whenever the link
// goes down and up, as it does when the link joins a VRF, which ends all other routes through the link.
enum class PrefixRoute { none, of_kernel };

// The address operations of rt-addr.yaml, in the namespace of the transport (NETLINK_ROUTE).
class Addresses {
 public:
  explicit Addresses(Transport& transport) : transport_(transport) {}

  // Gives the link an address, without duplicate address detection. It is usable at once; an IPv6 address
  // after some milliseconds, which a work queue adds. Needs CAP_NET_ADMIN. EEXIST: the link has it already.
  void newaddr(std::uint32_t ifindex, const IpPrefix& address,
               PrefixRoute prefix_route = PrefixRoute::none) const;

  // The addresses of one link, as the kernel lists them.
  std::vector<IpPrefix> getaddr_dump(std::uint32_t ifindex) const;

  // The addresses of all links.
  std::vector<IpPrefix> getaddr_dump() const;

 private:
  std::vector<AddrAttrs> dump(std::uint32_t ifindex) const;

  Transport& transport_;
};

}  // namespace rxlease::kernel
