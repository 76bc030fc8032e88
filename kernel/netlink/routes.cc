// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/routes.h"

#include <cerrno>

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

}  // namespace

void Routes::newroute(const Route& route) const {
  transport_.exchange({"newroute", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, encode(to_attrs(route))});
}

std::vector<Route> Routes::getroute_dump(std::uint8_t family, std::uint32_t oif) const {
  RouteAttrs filter;
  filter.route.rtm_family = family;
  filter.oif = oif;
  std::vector<Route> routes;
  for (const auto& message : transport_.exchange({"getroute", RTM_GETROUTE, NLM_F_DUMP, encode(filter)})) {
    const auto attrs = decode<RouteAttrs>(message.payload);
    if (attrs.oif == oif && attrs.route.rtm_type == RTN_UNICAST) routes.push_back(from_attrs(attrs));
  }
  return routes;
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
