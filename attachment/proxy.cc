// SPDX-License-Identifier: Apache-2.0
#include "attachment/proxy.h"

#include <algorithm>

#include "attachment/unsteer.h"
#include "kernel/netlink/neighbors.h"

namespace rxlease::attachment {

namespace {

using kernel::IpAddress;
using kernel::Neighbors;
using kernel::Nic;

bool contains(const std::vector<IpAddress>& addresses, const IpAddress& address) {
  return std::ranges::find(addresses, address) != addresses.end();
}

// Whether a record other than this one, and for which `counts` holds, has the address at the NIC.
template <typename Counts>
bool is_of_another(const Attachment& record, const Nic& nic, const IpAddress& address,
                   const std::vector<Attachment>& all, Counts counts) {
  return std::ranges::any_of(all, [&](const Attachment& other) {
    const bool same = other.container_id == record.container_id && other.interface == record.interface;
    return !same && other.proxies && other.proxies->ifindex == nic.ifindex &&
           contains(other.proxies->addresses, address) && counts(other);
  });
}

void answer_solicitations(kernel::Namespace& host, const Nic& nic) {
  host.set_sysctl("net/ipv6/conf/" + nic.ifname + "/proxy_ndp", "1");
}

}  // namespace

void add_proxies(const Site& site, const Nic& nic, const std::vector<IpAddress>& addresses,
                 Attachment& record) {
  auto& host = site.machine.host();
  const Neighbors neighbors(host.route());
  const auto store = site.store();
  const auto lock = store.lock();
  const auto present = neighbors.getneigh_dump_proxies(nic.ifindex);
  const auto others = store.list().attachments;
  auto& proxies = record.proxies.emplace(Proxies{nic.name, nic.ifindex, {}});
  for (const auto& address : addresses) {
    const auto is_somebody = [](const Attachment& /*other*/) { return true; };
    if (!contains(present, address) || is_of_another(record, nic, address, others, is_somebody)) {
      proxies.addresses.push_back(address);
    }
  }
  store.update(record);
  const bool has_ipv6 = std::ranges::any_of(addresses, [](const auto& address) { return !address.is_v4(); });
  if (has_ipv6) answer_solicitations(host, nic);
  for (const auto& address : proxies.addresses) neighbors.newneigh_proxy(nic.ifindex, address);
}

bool remove_proxies(kernel::Namespace& host, const std::optional<Nic>& nic, const Attachment& record,
                    const AttachmentStore& store) {
  if (!record.proxies || !record.is_of_this_boot()) return false;
  if (!nic || nic->ifindex != record.proxies->ifindex) return false;
  const Neighbors neighbors(host.route());
  const auto lock = store.lock();
  const auto others = store.list().attachments;
  bool removed = false;
  for (const auto& address : record.proxies->addresses) {
    if (is_of_another(record, *nic, address, others, may_have_namespace)) continue;
    removed |= neighbors.delneigh_proxy(nic->ifindex, address);
  }
  return removed;
}

void remove_proxies(const Site& site, const Attachment& record) {
  if (!record.proxies) return;
  remove_proxies(site.machine.host(), site.machine.find_nic(record.proxies->nic), record, site.store());
}

std::vector<IpAddress> missing_proxies(Machine& machine, const Attachment& record) {
  if (!record.proxies) return {};
  const auto nic = machine.find_nic(record.proxies->nic);
  if (!nic || nic->ifindex != record.proxies->ifindex) return record.proxies->addresses;
  auto missing = record.proxies->addresses;
  const auto present = Neighbors(machine.host().route()).getneigh_dump_proxies(nic->ifindex);
  std::erase_if(missing, [&](const auto& address) { return contains(present, address); });
  return missing;
}

}  // namespace rxlease::attachment
