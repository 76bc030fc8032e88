// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/ip.h"
#include "kernel/netlink/transport.h"

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

  static constexpr auto header() { return &RouteAttrs::route; }
  static constexpr auto attributes() {
    return std::tuple{
        Attribute{RTA_DST, &RouteAttrs::dst},         Attribute{RTA_OIF, &RouteAttrs::oif},
        Attribute{RTA_GATEWAY, &RouteAttrs::gateway}, Attribute{RTA_PRIORITY, &RouteAttrs::priority},
        Attribute{RTA_PREFSRC, &RouteAttrs::prefsrc}, Attribute{RTA_METRICS, &RouteAttrs::metrics},
        Attribute{RTA_TABLE, &RouteAttrs::table}};
  }
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

// The route operations of rt-route.yaml, in the namespace of the transport (NETLINK_ROUTE).
class Routes {
 public:
  explicit Routes(Transport& transport) : transport_(transport) {}

  // Adds a route. Needs CAP_NET_ADMIN. EEXIST: there is one for dst, table and priority. EINVAL or
  // ENETUNREACH
  // ("Nexthop has invalid gateway"): no route leads to the gateway.
  void newroute(const Route& route) const;

  // The unicast routes of one address family (AF_INET, AF_INET6) that leave through the link.
  std::vector<Route> getroute_dump(std::uint8_t family, std::uint32_t oif) const;

  // The route that the kernel takes to `address`; nullopt if there is none.
  std::optional<Route> getroute(const IpAddress& address) const;

 private:
  Transport& transport_;
};

}  // namespace rxlease::kernel
