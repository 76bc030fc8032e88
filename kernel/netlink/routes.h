// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "kernel/ip.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// rt-route.yaml, attribute-set "metrics"
struct RouteMetrics {
  std::optional<std::uint32_t> mtu, advmss;  // bytes

  static constexpr auto attributes() {
    return std::tuple{Attribute{RTAX_MTU, &RouteMetrics::mtu}, Attribute{RTAX_ADVMSS, &RouteMetrics::advmss}};
  }
};

// rt-route.yaml, attribute-set "route-attrs", behind its fixed header
struct RouteAttrs {
  rtmsg route{};
  std::optional<Bytes> dst, gateway, prefsrc;
  std::optional<std::uint32_t> oif, priority, table;
  std::optional<RouteMetrics> metrics;
  std::optional<Bytes> multipath;  // NextHops, one behind the other

  static constexpr auto header() { return &RouteAttrs::route; }
  static constexpr auto attributes() {
    return std::tuple{
        Attribute{RTA_DST, &RouteAttrs::dst},         Attribute{RTA_OIF, &RouteAttrs::oif},
        Attribute{RTA_GATEWAY, &RouteAttrs::gateway}, Attribute{RTA_PRIORITY, &RouteAttrs::priority},
        Attribute{RTA_PREFSRC, &RouteAttrs::prefsrc}, Attribute{RTA_METRICS, &RouteAttrs::metrics},
        Attribute{RTA_TABLE, &RouteAttrs::table},     Attribute{RTA_MULTIPATH, &RouteAttrs::multipath}};
  }
};

// rt-route.yaml, struct "rtnexthop", with the attributes behind it
struct NextHop {
  rtnexthop hop{};
  std::optional<Bytes> gateway;

  static constexpr auto header() { return &NextHop::hop; }
  static constexpr auto attributes() { return std::tuple{Attribute{RTA_GATEWAY, &NextHop::gateway}}; }
};

// A unicast route through one link.
struct Route {
  IpPrefix dst;
  std::uint32_t oif = 0;             // ifindex
  std::optional<IpAddress> gateway;  // absent: the destination is on the link
  std::optional<IpAddress> prefsrc;
  std::optional<std::uint32_t> mtu, advmss;  // bytes
  std::optional<std::uint32_t> priority;     // absent: the kernel's default
  std::uint32_t table = RT_TABLE_MAIN;
  std::optional<std::uint8_t> scope;  // RT_SCOPE_*; absent: link without a gateway, universe with one
};

// What becomes of a new route if there is one to the same dst with the same table and priority.
enum class IfThere {
  refuse,   // EEXIST
  precede,  // IPv4: the new one is used first. IPv6: both are used, flow by flow, if both have gateways
  follow,   // IPv4: the new one is used once the other is gone. IPv6: as precede
  replace,  // the other one goes
};

// The route operations of rt-route.yaml, in the namespace of the transport (NETLINK_ROUTE).
class Routes {
 public:
  explicit Routes(Transport& transport) : transport_(transport) {}

  // Adds a route. Needs CAP_NET_ADMIN. EEXIST: there is one for dst, table and priority, or the very same
  // one. EINVAL or ENETUNREACH ("Nexthop has invalid gateway"): no route leads to the gateway.
  void newroute(const Route& route, IfThere if_there = IfThere::refuse) const;

  // Removes a route to dst through the link from the main table. Returns false if there is none.
  bool delroute(const IpPrefix& dst, std::uint32_t oif) const;

  // The unicast routes of one address family (AF_INET, AF_INET6) that leave through the link, of all tables.
  // Of a route that has several next hops, those through the link.
  std::vector<Route> getroute_dump(std::uint8_t family, std::uint32_t oif) const;

  // The links (ifindexes) through which the host has routes that IPv6 routers advertise.
  std::set<std::uint32_t> links_of_advertised_routes() const;

  // The route that the kernel takes to `address`; nullopt if there is none.
  std::optional<Route> getroute(const IpAddress& address) const;

 private:
  Transport& transport_;
};

}  // namespace rxlease::kernel
