// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/routes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

namespace rxlease::kernel {

namespace {

RouteAttrs to_attrs(const Route& route) {
  RouteAttrs attrs;
  attrs.route.rtm_family = route.dst.address.family();
  attrs.route.rtm_dst_len = route.dst.length;
  attrs.route.rtm_table =
      route.table < 256 ? static_cast<std::uint8_t>(route.table) : std::uint8_t{RT_TABLE_COMPAT};
  attrs.route.rtm_protocol = RTPROT_STATIC;
  attrs.route.rtm_type = RTN_UNICAST;
  const std::uint8_t natural = route.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  attrs.route.rtm_scope = route.scope.value_or(natural);
  attrs.dst = route.dst.address.bytes();
  attrs.oif = route.oif;
  if (route.gateway) attrs.gateway = route.gateway->bytes();
  if (route.prefsrc) attrs.prefsrc = route.prefsrc->bytes();
  attrs.priority = route.priority;
  attrs.table = route.table;
  if (route.mtu || route.advmss) attrs.metrics = RouteMetrics{route.mtu, route.advmss};
  return attrs;
}

std::optional<IpAddress> to_address(const std::optional<Bytes>& bytes) {
  return bytes ? IpAddress::from_bytes(*bytes) : std::nullopt;
}

// A default route carries no dst.
IpAddress unspecified(std::uint8_t family) {
  return *IpAddress::from_bytes(Bytes(family == AF_INET ? 4 : 16));
}

Route from_attrs(const RouteAttrs& attrs) {
  Route route;
  route.dst = {to_address(attrs.dst).value_or(unspecified(attrs.route.rtm_family)), attrs.route.rtm_dst_len};
  route.oif = attrs.oif.value_or(0);
  route.gateway = to_address(attrs.gateway);
  route.prefsrc = to_address(attrs.prefsrc);
  if (attrs.metrics) {
    route.mtu = attrs.metrics->mtu;
    route.advmss = attrs.metrics->advmss;
  }
  route.priority = attrs.priority;
  route.table = attrs.table.value_or(attrs.route.rtm_table);
  route.scope = attrs.route.rtm_scope;
  return route;
}

// A route with several next hops as one route each.
std::vector<Route> by_next_hop(const RouteAttrs& attrs) {
  if (!attrs.multipath) return {from_attrs(attrs)};
  std::vector<Route> routes;
  std::span<const std::uint8_t> left(*attrs.multipath);
  while (left.size() >= sizeof(rtnexthop)) {
    rtnexthop header{};
    std::memcpy(&header, left.data(), sizeof(header));
    if (header.rtnh_len < sizeof(header) || header.rtnh_len > left.size()) {
      throw KernelError("getroute", EBADMSG, "a next hop is truncated");
    }
    const auto hop = decode<NextHop>(left.first(header.rtnh_len));
    auto route = from_attrs(attrs);
    route.oif = static_cast<std::uint32_t>(hop.hop.rtnh_ifindex);
    route.gateway = to_address(hop.gateway);
    routes.push_back(route);
    left = left.subspan(std::min<std::size_t>(left.size(), RTNH_ALIGN(header.rtnh_len)));
  }
  return routes;
}

std::uint16_t flag_of(IfThere if_there) {
  switch (if_there) {
    case IfThere::refuse:
      return NLM_F_EXCL;
    case IfThere::follow:
      return NLM_F_APPEND;
    case IfThere::replace:
      return NLM_F_REPLACE;
    case IfThere::precede:
      break;
  }
  return 0;
}

}  // namespace

void Routes::newroute(const Route& route, IfThere if_there) const {
  const auto flags = static_cast<std::uint16_t>(NLM_F_CREATE | flag_of(if_there));
  transport_.exchange({"newroute", RTM_NEWROUTE, flags, encode(to_attrs(route))});
}

bool Routes::delroute(const IpPrefix& dst, std::uint32_t oif) const {
  RouteAttrs attrs;
  attrs.route.rtm_family = dst.address.family();
  attrs.route.rtm_dst_len = dst.length;
  attrs.route.rtm_table = RT_TABLE_MAIN;
  attrs.route.rtm_scope = RT_SCOPE_NOWHERE;  // any
  attrs.dst = dst.address.bytes();
  attrs.oif = oif;
  try {
    transport_.exchange({"delroute", RTM_DELROUTE, 0, encode(attrs)});
    return true;
  } catch (const KernelError& error) {
    if (error.error() != ESRCH) throw;
    return false;
  }
}

std::vector<Route> Routes::getroute_dump(std::uint8_t family, std::uint32_t oif) const {
  RouteAttrs filter;
  filter.route.rtm_family = family;
  filter.oif = oif;
  std::vector<Route> routes;
  for (const auto& message : transport_.exchange({"getroute", RTM_GETROUTE, NLM_F_DUMP, encode(filter)})) {
    const auto attrs = decode<RouteAttrs>(message.payload);
    if (attrs.route.rtm_type != RTN_UNICAST) continue;
    for (const auto& route : by_next_hop(attrs)) {
      if (route.oif == oif) routes.push_back(route);
    }
  }
  return routes;
}

std::set<std::uint32_t> Routes::links_of_advertised_routes() const {
  RouteAttrs filter;
  filter.route.rtm_family = AF_INET6;
  filter.route.rtm_protocol = RTPROT_RA;
  std::set<std::uint32_t> links;
  for (const auto& message : transport_.exchange({"getroute", RTM_GETROUTE, NLM_F_DUMP, encode(filter)})) {
    const auto attrs = decode<RouteAttrs>(message.payload);
    if (attrs.route.rtm_protocol != RTPROT_RA) continue;
    for (const auto& route : by_next_hop(attrs)) links.insert(route.oif);
  }
  return links;
}

std::optional<Route> Routes::getroute(const IpAddress& address) const {
  RouteAttrs query;
  query.route.rtm_family = address.family();
  query.route.rtm_dst_len = address.bits();
  query.dst = address.bytes();
  try {
    const auto answer = transport_.exchange({"getroute", RTM_GETROUTE, 0, encode(query)});
    if (answer.empty()) throw KernelError("getroute", ENODATA);
    return from_attrs(decode<RouteAttrs>(answer.front().payload));
  } catch (const KernelError& error) {
    if (error.error() == ENETUNREACH || error.error() == EHOSTUNREACH) return std::nullopt;
    throw;
  }
}

}  // namespace rxlease::kernel
