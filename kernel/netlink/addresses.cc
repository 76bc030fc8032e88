// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/addresses.h"

#include <linux/rtnetlink.h>

namespace rxlease::kernel {

namespace {

std::vector<IpPrefix> prefixes_of(const std::vector<AddrAttrs>& found) {
  std::vector<IpPrefix> prefixes;
  for (const auto& addr : found) {
    const auto ip = IpAddress::from_bytes(addr.local.empty() ? addr.address : addr.local);
    if (ip) prefixes.push_back({*ip, addr.ifaddr.ifa_prefixlen});
  }
  return prefixes;
}

}  // namespace

void Addresses::newaddr(std::uint32_t ifindex, const IpPrefix& address, PrefixRoute prefix_route) const {
  AddrAttrs addr;
  addr.ifaddr.ifa_family = address.address.family();
  addr.ifaddr.ifa_prefixlen = address.length;
  addr.ifaddr.ifa_index = ifindex;
  addr.address = addr.local = address.address.bytes();
  addr.flags = IFA_F_NODAD | (prefix_route == PrefixRoute::none ? IFA_F_NOPREFIXROUTE : 0U);
  transport_.exchange({"newaddr", RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, encode(addr)});
}

// The dump's filter is the fixed header alone: attributes with a meaning of their own are refused there.
std::vector<AddrAttrs> Addresses::dump(std::uint32_t ifindex) const {
  ifaddrmsg filter{};
  filter.ifa_index = ifindex;
  const auto header = wire::raw(filter);
  std::vector<AddrAttrs> found;
  for (const auto& message :
       transport_.exchange({"getaddr", RTM_GETADDR, NLM_F_DUMP, Bytes(header.begin(), header.end())})) {
    found.push_back(decode<AddrAttrs>(message.payload));
  }
  return found;
}

std::vector<IpPrefix> Addresses::getaddr_dump(std::uint32_t ifindex) const {
  auto found = dump(ifindex);
  std::erase_if(found, [&](const auto& addr) { return addr.ifaddr.ifa_index != ifindex; });
  return prefixes_of(found);
}

std::vector<IpPrefix> Addresses::getaddr_dump() const {
  return prefixes_of(dump(0));
}

}  // namespace rxlease::kernel
