// SPDX-License-Identifier: Apache-2.0
#include "attachment/addressing/forwarding.h"

#include "kernel/netlink/links.h"
#include "kernel/netlink/routes.h"

namespace rxlease::attachment {

namespace {

constexpr auto ipv6_forwarding = "net/ipv6/conf/all/forwarding";

void keep_advertised_routes(kernel::Namespace& host) {
  const kernel::Links links(host.route());
  for (const auto ifindex : kernel::Routes(host.route()).links_of_advertised_routes()) {
    const auto link = links.getlink(ifindex);
    if (!link || !link->ifname) continue;  // it has just gone
    const auto accept_ra = "net/ipv6/conf/" + *link->ifname + "/accept_ra";
    // 0: the kernel has not learnt these routes, but a program such as systemd-networkd, which keeps them.
    if (host.sysctl(accept_ra) == "1") host.set_sysctl(accept_ra, "2");
  }
}

}  // namespace

void forward_ipv4(kernel::Namespace& host) {
  host.set_sysctl("net/ipv4/ip_forward", "1");
}

void forward_ipv6(kernel::Namespace& host) {
  if (host.sysctl(ipv6_forwarding) == "1") return;
  keep_advertised_routes(host);
  host.set_sysctl(ipv6_forwarding, "1");
}

}  // namespace rxlease::attachment
