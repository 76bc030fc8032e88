// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/proxy.h"

#include <algorithm>

#include "attachment/nic/unsteer.h"
#include "attachment/record/error.h"
#include "kernel/netlink/addresses.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/neighbors.h"

namespace rxlease::attachment {

namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
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

bool uses(const std::vector<IpAddress>& addresses, bool v4) {
  return std::ranges::any_of(addresses, [&](const auto& address) { return address.is_v4() == v4; });
}

bool is_link_local_v6(const IpAddress& address) {
  const auto link_local = *IpPrefix::parse("fe80::/10");
  return !address.is_v4() && IpPrefix{address, link_local.length}.network() == link_local;
}

bool is_in(const IpAddress& address, const IpPrefix& network) {
  return address.is_v4() == network.address.is_v4() && network.length < network.address.bits() &&
         IpPrefix{address, network.length}.network() == network.network();
}

// A sysctl of the NIC that must be 1, in the slashed form.
struct Sysctl {
  std::string name;
  std::string effect;  // of its being 0
};

std::vector<Sysctl> needed_sysctls(const std::string& ifname, const std::vector<IpAddress>& addresses) {
  std::vector<Sysctl> needed;
  if (uses(addresses, true))
    needed.push_back({"net/ipv4/conf/" + ifname + "/forwarding", "answers no ARP request"});
  if (uses(addresses, false)) {
    needed.push_back({"net/ipv6/conf/" + ifname + "/forwarding", "answers no neighbour solicitation"});
    needed.push_back({"net/ipv6/conf/" + ifname + "/proxy_ndp", "answers no neighbour solicitation"});
  }
  return needed;
}

void refuse_port(kernel::Namespace& host, const Nic& nic) {
  const kernel::Links links(host.route());
  const auto link = links.getlink(nic.ifindex);
  if (!link || !link->master) return;
  const auto master = links.getlink(*link->master);
  throw Error(
      Fault::invalid, Part::proxy_neighbors,
      nic.ifname + " is a port of " + (master ? master->ifname.value_or("?") : "another link") +
          ", which answers neighbours in its place",
      "take the NIC out of it, or leave \"proxyNeighbors\" out and give the senders a route to the pods");
}

void refuse_gateway(const Nic& nic, const IpAddress& gateway, const std::vector<IpPrefix>& of_nic,
                    const std::vector<IpPrefix>& of_host) {
  if (is_link_local_v6(gateway)) return;  // each link has such a network of its own
  const auto is_gateway = [&](const IpPrefix& own) { return own.address == gateway; };
  if (std::ranges::any_of(of_host, is_gateway)) return;
  for (const auto& own : of_nic) {
    if (!is_in(gateway, own)) continue;
    throw Error(
        Fault::invalid, Part::proxy_neighbors,
        "the gateway " + gateway.to_string() + " lies in " + own.network().to_string() + ", the network of " +
            nic.ifname +
            ", and is not the host's own: the host would answer for another machine, perhaps the router",
        "name a \"gateway\" in the range of \"ipam\" that is nobody's: 169.254.22.1, and fe80::1 for IPv6");
  }
}

void warn_of_unasked(Machine& machine, const Nic& nic, const IpAddress& address,
                     const std::vector<IpPrefix>& of_nic) {
  if (std::ranges::any_of(of_nic, [&](const auto& own) { return is_in(address, own); })) return;
  machine.warn("\"proxyNeighbors\": " + nic.ifname + " has no address in a network with the pod's " +
               address.to_string() +
               ", so its neighbours may not look for that there: give the pods addresses of the "
               "NIC's network, or the senders a route");
}

std::string missing(const Nic& nic, const IpAddress& address) {
  return nic.ifname + " does not answer neighbours for " + address.to_string() + ": its proxy entry is gone";
}

}  // namespace

void require_proxies(Machine& machine, const Nic& nic, const std::vector<IpAddress>& addresses,
                     const std::vector<IpAddress>& gateways) {
  if (addresses.empty()) {
    throw Error(Fault::invalid, Part::proxy_neighbors,
                "the IPAM plugin gave the pod no address to answer for",
                "have it give one, of the NIC's own network, or leave \"proxyNeighbors\" out");
  }
  if (addresses.size() > most_proxies) {
    throw Error(Fault::invalid, Part::proxy_neighbors,
                "the IPAM plugin gave the pod " + std::to_string(addresses.size()) +
                    " addresses, more than " + std::to_string(most_proxies),
                "have it give fewer, or leave \"proxyNeighbors\" out");
  }
  auto& host = machine.host();
  refuse_port(host, nic);
  const kernel::Addresses present(host.route());
  const auto of_nic = present.getaddr_dump(nic.ifindex);
  const auto of_host = present.getaddr_dump();
  for (const auto& gateway : gateways) refuse_gateway(nic, gateway, of_nic, of_host);
  for (const auto& address : addresses) warn_of_unasked(machine, nic, address, of_nic);
}

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
  if (uses(addresses, false)) host.set_sysctl("net/ipv6/conf/" + nic.ifname + "/proxy_ndp", "1");
  for (const auto& sysctl : needed_sysctls(nic.ifname, addresses)) {
    if (host.sysctl(sysctl.name) != "0") continue;
    throw Error(Fault::invalid, Part::proxy_neighbors,
                "sysctl " + sysctl.name + " is 0, so " + nic.ifname + " " + sysctl.effect + " for the pod",
                "set it to 1 on this node, or leave \"proxyNeighbors\" out");
  }
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

std::vector<std::string> find_unanswered(Machine& machine, const Attachment& record) {
  if (!record.proxies || record.proxies->addresses.empty()) return {};
  const auto& addresses = record.proxies->addresses;
  const auto nic = machine.find_nic(record.proxies->nic);
  if (!nic || nic->ifindex != record.proxies->ifindex) {
    return {"NIC " + record.proxies->nic + " is gone with its proxy entries"};
  }
  std::vector<std::string> found;
  const auto present = Neighbors(machine.host().route()).getneigh_dump_proxies(nic->ifindex);
  for (const auto& address : addresses) {
    if (!contains(present, address)) found.push_back(missing(*nic, address));
  }
  for (const auto& sysctl : needed_sysctls(nic->ifname, addresses)) {
    if (machine.host().sysctl(sysctl.name) == "0") {
      found.push_back("sysctl " + sysctl.name + " is 0, so " + nic->ifname + " " + sysctl.effect +
                      " for the pod");
    }
  }
  return found;
}

}  // namespace rxlease::attachment
