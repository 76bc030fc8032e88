// SPDX-License-Identifier: Apache-2.0
#include "attachment/netkit.h"

#include <array>
#include <cerrno>
#include <cstdio>

#include "cni/conf/error.h"
#include "kernel/error.h"

namespace rxlease::cni {

namespace {

using kernel::AddrGenMode;
using kernel::Link;
using kernel::Links;
using kernel::NetkitAttrs;
using kernel::NetkitMode;
using kernel::NetkitPairing;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  return hash;
}

// What every end has in common.
Link end_named(const std::string& name, const NetConf& conf) {
  Link link;
  link.ifname = name;
  if (conf.mtu != 0) link.mtu = conf.mtu;
  return link;
}

// The end that leases: one queue of its own, and room for the leased ones.
Link leasing_end(const std::string& name, const NetConf& conf, std::size_t leases) {
  Link link = end_named(name, conf);
  link.num_rx_queues = static_cast<std::uint32_t>(1 + leases);
  if (conf.mac) link.address = conf.mac->bytes();
  return link;
}

NetkitAttrs attributes_of(const NetConf& conf) {
  NetkitAttrs netkit;
  netkit.mode = conf.mode;
  netkit.policy = conf.policy;
  if (conf.headroom != 0) netkit.headroom = conf.headroom;
  if (conf.tailroom != 0) netkit.tailroom = conf.tailroom;
  return netkit;
}

Link single(const NetConf& conf, const std::string& interface, std::size_t leases) {
  NetkitAttrs netkit = attributes_of(conf);
  netkit.pairing = NetkitPairing::single;
  Link link = leasing_end(interface, conf, leases);
  link.linkinfo = kernel::LinkInfo{"netkit", encode(netkit)};
  link.set_up();
  return link;
}

Link pair(const NetConf& conf, const std::string& host_interface, const std::string& interface,
          std::size_t leases, int pod_fd) {
  Link peer = leasing_end(interface, conf, leases);
  peer.net_ns_fd = pod_fd;
  NetkitAttrs netkit = attributes_of(conf);
  netkit.peer_info = encode(peer);
  netkit.peer_policy = conf.peer_policy;
  netkit.scrub = conf.scrub;
  netkit.peer_scrub = conf.peer_scrub;
  Link primary = end_named(host_interface, conf);
  primary.linkinfo = kernel::LinkInfo{"netkit", encode(netkit)};
  primary.set_up();
  return primary;
}

[[noreturn]] void explain(const kernel::KernelError& error) {
  if (error.error() == EOPNOTSUPP && error.extack().find("device type") != std::string::npos) {
    throw Error(Code::kernel_failure, std::string("the kernel has no netkit devices: ") + error.what(),
                "boot Linux 7.1 or later with CONFIG_NETKIT");
  }
  throw error;
}

}  // namespace

std::string host_interface_name(const std::string& container_id, const std::string& interface) {
  std::array<char, 17> hex{};
  std::snprintf(hex.data(), hex.size(), "%016lx", fnv1a(container_id + "@" + interface));
  return "rxl" + std::string(hex.data(), 12);
}

NetkitDevice make_netkit(const NetConf& conf, kernel::Namespace& host, kernel::Namespace& pod,
                         const std::string& host_interface, const std::string& interface,
                         std::size_t leases) {
  const Links host_links(host.route());
  const Links pod_links(pod.route());
  try {
    if (conf.pairing == NetkitPairing::single) {
      return {std::nullopt, pod_links.newlink(single(conf, interface, leases))};
    }
    const Link primary = host_links.newlink(pair(conf, host_interface, interface, leases, pod.fd()));
    // Both ends of an L3 pair have the same link-layer address, none, and IPv6 would make the same link-local
    // address of it: what the host sends from there the pod would answer to itself. Now, as IPv6 begins when
    // the peer goes up.
    if (conf.mode == NetkitMode::l3) host_links.set_addr_gen_mode(primary.ifindex(), AddrGenMode::none);
    auto peer = pod_links.getlink(primary.link.value_or(0));
    if (!peer)
      throw kernel::KernelError("getlink " + interface, ENODEV, "the pair's other end is not in the pod");
    peer->set_up();
    Link up;
    up.ifinfo = peer->ifinfo;
    pod_links.setlink(up);
    return {primary, *peer};
  } catch (const kernel::KernelError& error) {
    explain(error);
  }
}

}  // namespace rxlease::cni
