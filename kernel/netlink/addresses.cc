// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/addresses.h"

#include <linux/rtnetlink.h>

namespace rxlease::kernel {

void Addresses::newaddr(std::uint32_t ifindex, const IpPrefix& address, PrefixRoute prefix_route) const {
  AddrAttrs addr;
  addr.ifaddr.ifa_family = address.address.family();
  addr.ifaddr.ifa_prefixlen = address.length;
  addr.ifaddr.ifa_index = ifindex;
  addr.address = addr.local = address.address.bytes();
  addr.flags = IFA_F_NODAD | (prefix_route == PrefixRoute::none ? IFA_F_NOPREFIXROUTE : 0U);
  transport_.exchange({"newaddr", RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, encode(addr)});
}

std::vector<IpPrefix> Addresses::getaddr_dump(std::uint32_t ifindex) const {
  // The dump's filter is the fixed header alone: attributes with a meaning of their own are refused there.
  ifaddrmsg filter{};
  filter.ifa_index = ifindex;
  const auto header = wire::raw(filter);
  std::vector<IpPrefix> addresses;
  for (const auto& message :
       transport_.exchange({"getaddr", RTM_GETADDR, NLM_F_DUMP, Bytes(header.begin(), header.end())})) {
    const auto addr = decode<AddrAttrs>(message.payload);
    const auto ip = IpAddress::from_bytes(addr.local.empty() ? addr.address : addr.local);
    if (ip && addr.ifaddr.ifa_index == ifindex) addresses.push_back({*ip, addr.ifaddr.ifa_prefixlen});
  }
  return addresses;
}

}  // namespace rxlease::kernel
