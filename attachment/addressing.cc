// SPDX-License-Identifier: Apache-2.0
#include "attachment/addressing.h"

#include <sys/socket.h>

#include <algorithm>

#include "attachment/error.h"
#include "kernel/error.h"
#include "kernel/netlink/addresses.h"

namespace rxlease::attachment {

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

// Whoever gives addresses often names the subnet or the gateway again. The first route to a destination
// counts.
void add_once(std::vector<kernel::Route>& routes, const kernel::Route& route) {
  const auto same = [&](const auto& known) { return same_place(known, route); };
  if (std::ranges::none_of(routes, same)) routes.push_back(route);
}

void add_once(std::vector<IpPrefix>& addresses, const IpPrefix& address) {
  if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
}

void plan_address(Addressing& plan, const PodAddress& ip) {
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

std::optional<IpAddress> gateway_of(const std::vector<PodAddress>& addresses, bool v4) {
  const auto first =
      std::ranges::find(addresses, v4, [](const PodAddress& ip) { return ip.address.address.is_v4(); });
  return first != addresses.end() ? first->gateway : std::nullopt;
}

// A route may have a gateway of its own in the pod's subnet. In this layout the subnet leads through the
// first gateway, so the other one needs a route of its own.
bool is_in_a_subnet(const IpAddress& gateway, const std::vector<PodAddress>& addresses) {
  return std::ranges::any_of(addresses, [&](const PodAddress& ip) {
    return ip.address.address.is_v4() == gateway.is_v4() &&
           IpPrefix{gateway, ip.address.length}.network() == ip.address.network();
  });
}

kernel::Route plan_route(const PodRoute& wanted, const std::vector<PodAddress>& addresses) {
  const auto gateway = wanted.gw ? wanted.gw : gateway_of(addresses, wanted.dst.address.is_v4());
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
  return std::ranges::any_of(addresses,
                             [&](const IpPrefix& prefix) { return prefix.address.family() == family; });
}

// IPv6 may be switched off in the namespace; an IPv6 address asks for it.
void allow_ipv6(const End& end) {
  end.netns.set_sysctl("net/ipv6/conf/" + end.ifname + "/disable_ipv6", "0");
}

void add_addresses(const std::vector<IpPrefix>& addresses, const End& end) {
  const kernel::Addresses present(end.netns.route());
  for (const auto& address : addresses) {
    try {
      present.newaddr(end.ifindex, address);
    } catch (const kernel::KernelError& error) {
      throw Error(Fault::invalid, Part::addresses,
                  address.to_string() + " on " + end.ifname + ": " + error.what(),
                  "give addresses that an interface can have");
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
      throw Error(Fault::invalid, Part::routes, describe(route) + " on " + end.ifname + ": " + error.what(),
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
    if (std::ranges::find(present, address) == present.end()) {
      absent.push_back("address " + address.to_string() + " on " + end.ifname);
    }
  }
  const kernel::Routes table(end.netns.route());
  for (const auto family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
    const auto is_of_family = [&](const auto& route) { return route.dst.address.family() == family; };
    if (std::ranges::none_of(routes, is_of_family)) continue;
    const auto there = table.getroute_dump(family, end.ifindex);
    for (const auto& route : routes) {
      const auto same = [&](const auto& other) { return leads_there(other, route); };
      if (is_of_family(route) && std::ranges::none_of(there, same)) {
        absent.push_back("route " + describe(route) + " on " + end.ifname);
      }
    }
  }
}

}  // namespace

Addressing plan_addressing(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes) {
  Addressing plan;
  for (const auto& ip : addresses) plan_address(plan, ip);
  for (const auto& route : routes) {
    add_once(plan.pod_routes, plan_route(route, addresses));
    if (route.gw && is_in_a_subnet(*route.gw, addresses)) {
      add_once(plan.pod_routes, onto_link(IpPrefix::host(*route.gw)));
    }
  }
  // The kernel takes a route through a gateway only when it has one to the gateway.
  // clang 14 compiles no algorithm that returns a std::ranges::subrange.
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

}  // namespace rxlease::attachment
