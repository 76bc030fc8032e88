// SPDX-License-Identifier: Apache-2.0
#include "attachment/netkit.h"

#include <cerrno>

#include "attachment/record/error.h"
#include "kernel/error.h"
#include "text/hash.h"

namespace rxlease::attachment {

namespace {

using kernel::AddrGenMode;
using kernel::Link;
using kernel::Links;
using kernel::NetkitAttrs;
using kernel::NetkitMode;
using kernel::NetkitPairing;

// What every end has in common.
Link end_named(const std::string& name, const NetkitSpec& spec) {
  Link link;
  link.ifname = name;
  if (spec.mtu != 0) link.mtu = spec.mtu;
  return link;
}

// The end that leases: one queue of its own, and room for the leased ones.
Link leasing_end(const NetkitSpec& spec, const Attachment& record) {
  Link link = end_named(record.interface, spec);
  link.num_rx_queues = static_cast<std::uint32_t>(1 + record.devices.size());
  if (spec.mac) link.address = spec.mac->bytes();
  return link;
}

NetkitAttrs attributes_of(const NetkitSpec& spec) {
  NetkitAttrs netkit;
  netkit.mode = spec.mode;
  netkit.policy = spec.policy;
  if (spec.headroom != 0) netkit.headroom = spec.headroom;
  if (spec.tailroom != 0) netkit.tailroom = spec.tailroom;
  return netkit;
}

Link single(const NetkitSpec& spec, const Attachment& record) {
  NetkitAttrs netkit = attributes_of(spec);
  netkit.pairing = NetkitPairing::single;
  Link link = leasing_end(spec, record);
  link.linkinfo = kernel::LinkInfo{"netkit", encode(netkit)};
  link.set_up();
  return link;
}

Link pair(const NetkitSpec& spec, const Attachment& record, int pod_fd) {
  Link peer = leasing_end(spec, record);
  peer.net_ns_fd = pod_fd;
  NetkitAttrs netkit = attributes_of(spec);
  netkit.peer_info = encode(peer);
  netkit.peer_policy = spec.peer_policy;
  netkit.scrub = spec.scrub;
  netkit.peer_scrub = spec.peer_scrub;
  Link primary = end_named(record.host_interface, spec);
  if (spec.host_mac) primary.address = spec.host_mac->bytes();
  primary.linkinfo = kernel::LinkInfo{"netkit", encode(netkit)};
  primary.set_up();
  return primary;
}

[[noreturn]] void explain(const kernel::KernelError& error) {
  if (error.error() == EOPNOTSUPP && error.extack().find("device type") != std::string::npos) {
    throw Error(Fault::unsupported, Part::netkit,
                std::string("the kernel has no netkit devices: ") + error.what(),
                "boot Linux 7.1 or later with CONFIG_NETKIT");
  }
  throw error;
}

}  // namespace

std::string host_interface_name(const std::string& container_id, const std::string& interface) {
  return "rxl" + text::hash_digits(container_id + "@" + interface).substr(0, 12);
}

NetkitDevice make_netkit(const NetkitSpec& spec, const Attachment& record, kernel::Namespace& host,
                         kernel::Namespace& pod) {
  const Links host_links(host.route());
  const Links pod_links(pod.route());
  try {
    if (spec.pairing == NetkitPairing::single) {
      return {std::nullopt, pod_links.newlink(single(spec, record))};
    }
    const Link primary = host_links.newlink(pair(spec, record, pod.fd()));
    // IPv6 makes a link-local address of the link-layer address, and both ends of an L3 pair have the same
    // one: none. The pod would then answer itself what the host sends from there. This must come first, since
    // IPv6 begins when the peer goes up.
    if (spec.mode == NetkitMode::l3) host_links.set_addr_gen_mode(primary.ifindex(), AddrGenMode::none);
    auto peer = pod_links.getlink(primary.link.value_or(0));
    if (!peer) {
      throw kernel::KernelError("getlink " + record.interface, ENODEV,
                                "the pair's other end is not in the pod");
    }
    peer->set_up();
    Link up;
    up.ifinfo = peer->ifinfo;
    pod_links.setlink(up);
    return {primary, *peer};
  } catch (const kernel::KernelError& error) {
    explain(error);
  }
}

}  // namespace rxlease::attachment
