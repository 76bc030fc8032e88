// SPDX-License-Identifier: Apache-2.0
#include "attachment/addressing.h"

#include <sys/socket.h>

#include <algorithm>

#include "cni/conf/error.h"
#include "kernel/addresses.h"
#include "kernel/error.h"

namespace rxlease::cni {

namespace {

using kernel::IpAddress;
using kernel::IpPrefix;

kernel::Route onto_link(const IpPrefix& dst) {
  kernel::Route route;
  route.dst = dst;
  return route;
}

kernel::Route through(const IpPrefix& dst, const IpAddress& gateway) {
  kernel::Route route = onto_link(dst);
  route.gateway = gateway;
  return route;
}

bool same_place(const kernel::Route& a, const kernel::Route& b) {
  return a.dst == b.dst && a.table == b.table && a.priority == b.priority;
}

// IPAM plugins often name the subnet or the gateway again: the first that says where a destination lies
// counts.
void add_once(std::vector<kernel::Route>& routes, const kernel::Route& route) {
  const bool known =
      std::any_of(routes.begin(), routes.end(), [&](const auto& r) { return same_place(r, route); });
  if (!known) routes.push_back(route);
}

void add_once(std::vector<IpPrefix>& addresses, const IpPrefix& address) {
  if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(address);
}

void plan_address(Addressing& plan, const IpConfig& ip) {
  const bool has_subnet = ip.address.length < ip.address.address.bits();
  add_once(plan.pod_addresses, ip.address);
  add_once(plan.host_routes, onto_link(IpPrefix::host(ip.address.address)));
  if (ip.gateway) {
    add_once(plan.host_addresses, IpPrefix::host(*ip.gateway));
    add_once(plan.pod_routes, onto_link(IpPrefix::host(*ip.gateway)));
  }
  if (!has_subnet) return;
  auto subnet = onto_link(ip.address.network());
  subnet.gateway = ip.gateway;
  subnet.prefsrc = ip.address.address;
  add_once(plan.pod_routes, subnet);
}

std::optional<IpAddress> gateway_of(const Result& result, bool v4) {
  for (const auto& ip : result.ips) {
    if (ip.address.address.is_v4() == v4) return ip.gateway;
  }
  return std::nullopt;
}

// A route may have a gateway of its own in the pod's subnet. That subnet leads through the first gateway
// here, so this one needs a route of its own too.
bool is_in_a_subnet(const IpAddress& gateway, const Result& result) {
  return std::any_of(result.ips.begin(), result.ips.end(), [&](const auto& ip) {
    return ip.address.address.is_v4() == gateway.is_v4() &&
           IpPrefix{gateway, ip.address.length}.network() == ip.address.network();
  });
}

kernel::Route plan_route(const Route& wanted, const Result& result) {
  const auto gateway = wanted.gw ? wanted.gw : gateway_of(result, wanted.dst.address.is_v4());
  auto route = gateway ? through(wanted.dst.network(), *gateway) : onto_link(wanted.dst.network());
  route.mtu = wanted.mtu;
  route.advmss = wanted.advmss;
  route.priority = wanted.priority;
  if (wanted.table) route.table = *wanted.table;
  if (wanted.scope) route.scope = static_cast<std::uint8_t>(*wanted.scope);
  return route;
}

std::string describe(const kernel::Route& route) {
  return route.dst.to_string() + (route.gateway ? " via " + route.gateway->to_string() : "");
}

bool uses(const std::vector<IpPrefix>& addresses, std::uint8_t family) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const auto& prefix) { return prefix.address.family() == family; });
}

// A runtime may have switched IPv6 off in the namespace: an address there asks for it.
void allow_ipv6(const End& end) {
  end.netns.set_sysctl("net/ipv6/conf/" + end.ifname + "/disable_ipv6", "0");
}

void add_addresses(const std::vector<IpPrefix>& addresses, const End& end) {
  const kernel::Addresses present(end.netns.route());
  for (const auto& address : addresses) {
    try {
      present.newaddr(end.ifindex, address);
    } catch (const kernel::KernelError& error) {
      throw Error(Code::invalid_config,
                  "\"ips\": " + address.to_string() + " on " + end.ifname + ": " + error.what(),
                  "have the IPAM plugin give addresses that an interface can have");
    }
  }
}

void add_routes(const std::vector<kernel::Route>& routes, const End& end) {
  const kernel::Routes table(end.netns.route());
  for (auto route : routes) {
    route.oif = end.ifindex;
    try {
      table.newroute(route);
    } catch (const kernel::KernelError& error) {
      throw Error(Code::invalid_config,
                  "\"routes\": " + describe(route) + " on " + end.ifname + ": " + error.what(),
                  "give a destination that nothing else routes, and a gateway that the pod's subnet reaches");
    }
  }
}

bool leads_there(const kernel::Route& there, const kernel::Route& wanted) {
  return there.dst == wanted.dst && there.gateway == wanted.gateway && there.table == wanted.table;
}

void note_missing(std::vector<std::string>& absent, const std::vector<IpPrefix>& addresses,
                  const std::vector<kernel::Route>& routes, const End& end) {
  const auto present = kernel::Addresses(end.netns.route()).getaddr_dump(end.ifindex);
  for (const auto& address : addresses) {
    if (std::find(present.begin(), present.end(), address) == present.end()) {
      absent.push_back("address " + address.to_string() + " on " + end.ifname);
    }
  }
  const kernel::Routes table(end.netns.route());
  for (const auto family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
    const auto is_of_family = [&](const auto& route) { return route.dst.address.family() == family; };
    if (std::none_of(routes.begin(), routes.end(), is_of_family)) continue;
    const auto there = table.getroute_dump(family, end.ifindex);
    for (const auto& route : routes) {
      const auto same = [&](const auto& other) { return leads_there(other, route); };
      if (is_of_family(route) && std::none_of(there.begin(), there.end(), same)) {
        absent.push_back("route " + describe(route) + " on " + end.ifname);
      }
    }
  }
}

}  // namespace

Addressing plan_addressing(const Result& result) {
  Addressing plan;
  for (const auto& ip : result.ips) plan_address(plan, ip);
  for (const auto& route : result.routes) {
    add_once(plan.pod_routes, plan_route(route, result));
    if (route.gw && is_in_a_subnet(*route.gw, result)) {
      add_once(plan.pod_routes, onto_link(IpPrefix::host(*route.gw)));
    }
  }
  // What a gateway is reached by must be there before what goes through it.
  std::stable_partition(plan.pod_routes.begin(), plan.pod_routes.end(),
                        [](const auto& route) { return !route.gateway; });
  return plan;
}

void apply(const Addressing& addressing, const End& pod, const End& host) {
  if (uses(addressing.pod_addresses, AF_INET)) host.netns.set_sysctl("net/ipv4/ip_forward", "1");
  if (uses(addressing.pod_addresses, AF_INET6)) {
    allow_ipv6(pod);
    allow_ipv6(host);
    host.netns.set_sysctl("net/ipv6/conf/all/forwarding", "1");
  }
  add_addresses(addressing.host_addresses, host);
  add_addresses(addressing.pod_addresses, pod);
  add_routes(addressing.host_routes, host);
  add_routes(addressing.pod_routes, pod);
}

std::vector<std::string> missing(const Addressing& addressing, const End& pod, const End& host) {
  std::vector<std::string> absent;
  note_missing(absent, addressing.pod_addresses, addressing.pod_routes, pod);
  note_missing(absent, addressing.host_addresses, addressing.host_routes, host);
  return absent;
}

}  // namespace rxlease::cni
