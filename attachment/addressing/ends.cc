// SPDX-License-Identifier: Apache-2.0
#include "attachment/addressing/ends.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "attachment/addressing/forwarding.h"
#include "attachment/record/error.h"
#include "kernel/error.h"
#include "kernel/netlink/addresses.h"
#include "kernel/netlink/links.h"

namespace rxlease::attachment {

namespace {

using kernel::IpPrefix;

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

// Plugins behind us may set the link down and up.
void keep_ipv6_addresses(const End& end) {
  end.netns.set_sysctl("net/ipv6/conf/" + end.ifname + "/keep_addr_on_down", "1");
}

void add_addresses(const std::vector<IpPrefix>& addresses, const End& end, kernel::PrefixRoute prefix_route) {
  const kernel::Addresses present(end.netns.route());
  for (const auto& address : addresses) {
    try {
      present.newaddr(end.ifindex, address, prefix_route);
    } catch (const kernel::KernelError& error) {
      throw Error(Fault::invalid, Part::addresses,
                  address.to_string() + " on " + end.ifname + ": " + error.what(),
                  "give addresses that an interface can have");
    }
  }
}

// The subnet is reached through the gateway instead. When the link joins a VRF the kernel makes these routes
// again, and the plugin vrf needs them to restore the others.
void remove_prefix_routes(const std::vector<IpPrefix>& addresses, const End& end) {
  const kernel::Routes table(end.netns.route());
  for (const auto& address : addresses) table.delroute(address.network(), end.ifindex);
}

[[noreturn]] void refuse_route(const kernel::Route& route, const End& end, const kernel::KernelError& error) {
  throw Error(Fault::invalid, Part::routes, describe(route) + " on " + end.ifname + ": " + error.what(),
              "give a destination that nothing else routes, and a gateway that the pod's subnet reaches");
}

void add_pod_routes(const std::vector<kernel::Route>& routes, const End& pod, kernel::IfThere if_there) {
  const kernel::Routes table(pod.netns.route());
  for (auto route : routes) {
    route.oif = pod.ifindex;
    try {
      table.newroute(route, if_there);
    } catch (const kernel::KernelError& error) {
      refuse_route(route, pod, error);
    }
  }
}

// The host reaches the address through another link.
void take_over(const kernel::Routes& table, const kernel::Route& route, const End& host,
               const IsPredecessor& is_predecessor) {
  const auto there = table.getroute(route.dst.address);
  if (there && is_predecessor(there->oif)) {
    table.newroute(route, kernel::IfThere::replace);
    return;
  }
  const auto link = there ? kernel::Links(host.netns.route()).getlink(there->oif) : std::nullopt;
  const auto name = link && link->ifname ? *link->ifname : std::string("another link");
  throw Error(Fault::busy, Part::routes, describe(route) + " leads to " + name + " of the host already",
              "give the pod another address, or end the pod that has this one; `ip route get " +
                  route.dst.address.to_string() + "` shows the link");
}

void add_host_routes(const std::vector<kernel::Route>& routes, const End& host,
                     const IsPredecessor& is_predecessor) {
  const kernel::Routes table(host.netns.route());
  for (auto route : routes) {
    route.oif = host.ifindex;
    try {
      table.newroute(route);
    } catch (const kernel::KernelError& error) {
      if (error.error() != EEXIST) refuse_route(route, host, error);
      take_over(table, route, host, is_predecessor);
    }
  }
}

// What one link has.
class Present {
 public:
  explicit Present(const End& end) : end_(end) {
    addresses_ = kernel::Addresses(end.netns.route()).getaddr_dump(end.ifindex);
  }

  bool has(const IpPrefix& address) const {
    return std::ranges::find(addresses_, address) != addresses_.end();
  }

  // A route like this one, of whatever table.
  bool has(const kernel::Route& route) {
    return std::ranges::any_of(routes_to(route), [&](const auto& other) {
      return other.dst == route.dst && other.gateway == route.gateway;
    });
  }

  // A route that the destination of this one belongs to.
  bool has_way_of(const kernel::Route& route) {
    return std::ranges::any_of(routes_to(route), [&](const auto& other) {
      return other.dst.length <= route.dst.length &&
             IpPrefix{route.dst.address, other.dst.length}.network() == other.dst;
    });
  }

 private:
  const std::vector<kernel::Route>& routes_to(const kernel::Route& route) {
    auto& routes = route.dst.address.is_v4() ? v4_ : v6_;
    if (!routes) {
      routes = kernel::Routes(end_.netns.route()).getroute_dump(route.dst.address.family(), end_.ifindex);
    }
    return *routes;
  }

  const End& end_;
  std::vector<IpPrefix> addresses_;
  std::optional<std::vector<kernel::Route>> v4_, v6_;  // as far as they have been asked for
};

std::string missing_address(const IpPrefix& address, const End& end) {
  return "address " + address.to_string() + " on " + end.ifname;
}

std::string missing_route(const kernel::Route& route, const End& end) {
  return "route " + describe(route) + " on " + end.ifname;
}

}  // namespace

void apply(const Addressing& addressing, const End& pod, const End& host,
           const IsPredecessor& is_predecessor) {
  if (uses(addressing.pod_addresses, AF_INET)) forward_ipv4(host.netns);
  if (uses(addressing.pod_addresses, AF_INET6)) {
    allow_ipv6(pod);
    keep_ipv6_addresses(pod);
    allow_ipv6(host);
    forward_ipv6(host.netns);
  }
  add_addresses(addressing.host_addresses, host, kernel::PrefixRoute::none);
  add_addresses(addressing.pod_addresses, pod, kernel::PrefixRoute::of_kernel);
  remove_prefix_routes(addressing.pod_addresses, pod);
  add_host_routes(addressing.host_routes, host, is_predecessor);
  add_pod_routes(addressing.pod_routes, pod, kernel::IfThere::follow);
  add_pod_routes(addressing.wanted_routes, pod, kernel::IfThere::precede);
}

void apply_to_single(const Addressing& addressing, const End& single) {
  if (uses(addressing.pod_addresses, AF_INET6)) allow_ipv6(single);
  add_addresses(addressing.pod_addresses, single, kernel::PrefixRoute::none);
}

std::vector<std::string> missing_in_pod(const Addressing& addressing, const End& pod) {
  Present present(pod);
  std::vector<std::string> absent;
  for (const auto& address : addressing.pod_addresses) {
    if (!present.has(address)) absent.push_back(missing_address(address, pod));
  }
  const auto link = kernel::Links(pod.netns.route()).getlink(pod.ifindex);
  const bool is_enslaved = link && link->master;
  for (const auto& route : addressing.pod_routes) {
    const bool there = present.has(route) || (is_enslaved && present.has_way_of(route));
    if (!there) absent.push_back(missing_route(route, pod));
  }
  for (const auto& route : addressing.wanted_routes) {
    if (!present.has(route)) absent.push_back(missing_route(route, pod));
  }
  return absent;
}

std::vector<std::string> missing_in_host(const Addressing& addressing, const End& host) {
  Present present(host);
  std::vector<std::string> absent;
  for (const auto& address : addressing.host_addresses) {
    if (!present.has(address)) absent.push_back(missing_address(address, host));
  }
  for (const auto& route : addressing.host_routes) {
    if (!present.has(route)) absent.push_back(missing_route(route, host));
  }
  return absent;
}

}  // namespace rxlease::attachment
