// SPDX-License-Identifier: Apache-2.0
//
// The least that an attachment can cost: a program that sends the netlink requests of an ADD, or of a DEL, of
// a pair with one leased queue and an IPv4 address, and does nothing else. No JSON, no records, no IPAM, no
// look-up of the NIC.
//
//   cni_floor add NETNS HOST_IFNAME NIC_IFINDEX QUEUE ADDRESS/LENGTH GATEWAY
//   cni_floor del HOST_IFNAME

#include <cerrno>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/netlink/addresses.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/netns.h"
#include "kernel/netlink/nsids.h"
#include "kernel/netlink/routes.h"

namespace {

using namespace rxlease::kernel;

struct Plan {
  std::string netns, host_ifname;
  std::uint32_t nic = 0, queue = 0;
  IpPrefix address;
  IpAddress gateway;
};

Plan read_plan(const std::vector<std::string>& words) {
  Plan plan{words.at(1), words.at(2), 0, 0, {}, {}};
  plan.nic = static_cast<std::uint32_t>(std::stoul(words.at(3)));
  plan.queue = static_cast<std::uint32_t>(std::stoul(words.at(4)));
  plan.address = IpPrefix::parse(words.at(5)).value();
  plan.gateway = IpAddress::parse(words.at(6)).value();
  return plan;
}

std::uint32_t make_pair(Namespace& host, Namespace& pod, const Plan& plan) {
  Link peer;
  peer.ifname = "eth0";
  peer.num_rx_queues = 2;
  peer.net_ns_fd = pod.fd();
  NetkitAttrs netkit;
  netkit.peer_info = encode(peer);
  netkit.mode = NetkitMode::l3;
  netkit.policy = netkit.peer_policy = NetkitPolicy::forward;
  netkit.scrub = netkit.peer_scrub = NetkitScrub::standard;
  Link primary;
  primary.ifname = plan.host_ifname;
  primary.linkinfo = LinkInfo{"netkit", encode(netkit)};
  primary.set_up();
  const Links links(host.route());
  const auto ifindex = links.newlink(primary).ifindex();
  links.set_addr_gen_mode(ifindex, AddrGenMode::none);
  return ifindex;
}

std::uint32_t bring_up(Namespace& pod) {
  const Links links(pod.route());
  const auto peer = links.getlink("eth0");
  if (!peer) throw KernelError("getlink eth0", ENODEV);
  Link up;
  up.ifinfo = peer->ifinfo;
  up.set_up();
  links.setlink(up);
  return peer->ifindex();
}

Route onto(const IpPrefix& dst, std::uint32_t oif) {
  Route route;
  route.dst = dst;
  route.oif = oif;
  return route;
}

void address(Namespace& host, std::uint32_t primary, Namespace& pod, std::uint32_t peer, const Plan& plan) {
  Addresses(host.route()).newaddr(primary, IpPrefix::host(plan.gateway));
  Addresses(pod.route()).newaddr(peer, plan.address);
  Routes(host.route()).newroute(onto(IpPrefix::host(plan.address.address), primary));
  const Routes table(pod.route());
  table.newroute(onto(IpPrefix::host(plan.gateway), peer));
  auto subnet = onto(plan.address.network(), peer);
  subnet.gateway = plan.gateway;
  subnet.prefsrc = plan.address.address;
  table.newroute(subnet);
}

void add(const Plan& plan) {
  LinuxNamespace host(NetNs::current());
  auto netns = NetNs::open(plan.netns);
  if (!netns) throw KernelError("open " + plan.netns, ENOENT);
  LinuxNamespace pod(std::move(*netns));
  if (!Netdev::open(host.generic())) throw KernelError("getfamily netdev", ENOENT);
  if (Links(pod.route()).getlink("eth0")) throw KernelError("getlink eth0", EEXIST);
  const auto primary = make_pair(host, pod, plan);
  const auto peer = bring_up(pod);
  const auto netdev = Netdev::open(pod.generic());
  netdev->queue_create(peer, {plan.nic, {plan.queue}, NsIds(pod.route()).ensure_nsid(host.fd())});
  address(host, primary, pod, peer, plan);
}

void del(const std::string& host_ifname) {
  LinuxNamespace host(NetNs::current());
  const Links links(host.route());
  const auto primary = links.getlink(host_ifname);
  if (!primary) throw KernelError("getlink " + host_ifname, ENODEV);
  links.dellink(primary->ifindex());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.at(0) == "add") {
      add(read_plan(words));
    } else {
      del(words.at(1));
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cni_floor: %s\n", error.what());
    return 1;
  }
}
