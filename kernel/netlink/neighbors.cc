// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/neighbors.h"

#include <linux/rtnetlink.h>

#include <cerrno>

#include "kernel/error.h"

namespace rxlease::kernel {

namespace {

NeighAttrs proxy(std::uint32_t ifindex, const IpAddress& address) {
  NeighAttrs entry;
  entry.neigh.ndm_family = address.family();
  entry.neigh.ndm_ifindex = static_cast<std::int32_t>(ifindex);
  entry.neigh.ndm_flags = NTF_PROXY;
  entry.neigh.ndm_state = NUD_PERMANENT;
  entry.dst = address.bytes();
  return entry;
}

}  // namespace

void Neighbors::newneigh_proxy(std::uint32_t ifindex, const IpAddress& address) const {
  transport_.exchange({"newneigh", RTM_NEWNEIGH, NLM_F_CREATE, encode(proxy(ifindex, address))});
}

bool Neighbors::delneigh_proxy(std::uint32_t ifindex, const IpAddress& address) const {
  try {
    transport_.exchange({"delneigh", RTM_DELNEIGH, 0, encode(proxy(ifindex, address))});
    return true;
  } catch (const KernelError& error) {
    if (error.error() == ENOENT || error.error() == ENODEV) return false;
    throw;
  }
}

// The flag in the dump's filter selects the proxy entries, those of all links.
std::vector<IpAddress> Neighbors::getneigh_dump_proxies(std::uint32_t ifindex) const {
  ndmsg filter{};
  filter.ndm_flags = NTF_PROXY;
  const auto header = wire::raw(filter);
  std::vector<IpAddress> found;
  for (const auto& message :
       transport_.exchange({"getneigh", RTM_GETNEIGH, NLM_F_DUMP, Bytes(header.begin(), header.end())})) {
    const auto entry = decode<NeighAttrs>(message.payload);
    const auto address = IpAddress::from_bytes(entry.dst);
    if (address && entry.neigh.ndm_ifindex == static_cast<std::int32_t>(ifindex)) found.push_back(*address);
  }
  return found;
}

}  // namespace rxlease::kernel
