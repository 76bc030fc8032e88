// SPDX-License-Identifier: Apache-2.0
#include "attachment/addressing/addressing.h"

#include <algorithm>

#include "attachment/record/error.h"

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

}  // namespace

Addressing plan_addressing(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes) {
  Addressing plan;
  for (const auto& ip : addresses) plan_address(plan, ip);
  for (const auto& route : routes) {
    const auto planned = plan_route(route, addresses);
    const auto same = [&](const auto& known) { return same_place(known, planned); };
    if (std::ranges::none_of(plan.pod_routes, same)) add_once(plan.wanted_routes, planned);
    if (route.gw && is_in_a_subnet(*route.gw, addresses)) {
      add_once(plan.pod_routes, onto_link(IpPrefix::host(*route.gw)));
    }
  }
  // The kernel takes a route through a gateway only when it has one to the gateway.
  // clang 14 compiles no algorithm that returns a std::ranges::subrange.
  for (auto* const some : {&plan.pod_routes, &plan.wanted_routes}) {
    std::stable_partition(some->begin(), some->end(), [](const auto& route) { return !route.gateway; });
  }
  return plan;
}

Addressing plan_single(const std::vector<PodAddress>& addresses, const std::vector<PodRoute>& routes) {
  if (!routes.empty()) {
    throw Error(
        Fault::invalid, Part::routes,
        routes.front().dst.to_string() +
            " through a single netkit, which sends nothing that a route brings it",
        "leave the routes of \"ipam\" out: a single gets addresses only; or set \"pairing\": \"pair\"");
  }
  Addressing plan;
  for (const auto& ip : addresses) add_once(plan.pod_addresses, ip.address);
  return plan;
}

}  // namespace rxlease::attachment
