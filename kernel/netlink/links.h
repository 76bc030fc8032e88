// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/netlink/netkit.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// rt-link.yaml, attribute-set "linkinfo-netkit-attrs"
struct NetkitAttrs {
  std::optional<Bytes> peer_info;  // a Link of its own: encode(Link); a single has none
  std::optional<NetkitPolicy> policy, peer_policy;
  std::optional<NetkitMode> mode;
  std::optional<NetkitScrub> scrub, peer_scrub;
  std::optional<std::uint16_t> headroom, tailroom;  // bytes
  std::optional<NetkitPairing> pairing;
  std::optional<std::uint8_t> primary;  // read only: 1 for the primary

  static constexpr auto attributes();
};

// rt-link.yaml, attribute-set "linkinfo-attrs"
struct LinkInfo {
  std::string kind;
  std::optional<Bytes> data;  // netkit: encode(NetkitAttrs)

  static constexpr auto attributes() {
    return std::tuple{Attribute{IFLA_INFO_KIND, &LinkInfo::kind}, Attribute{IFLA_INFO_DATA, &LinkInfo::data}};
  }
};

// in6_addr_gen_mode: how IPv6 makes an interface's link-local address by itself.
enum class AddrGenMode : std::uint8_t { eui64 = 0, none = 1 };

// rt-link.yaml, attribute-set "ifla6-attrs"
struct Ifla6Attrs {
  std::optional<AddrGenMode> addr_gen_mode;

  static constexpr auto attributes() {
    return std::tuple{Attribute{IFLA_INET6_ADDR_GEN_MODE, &Ifla6Attrs::addr_gen_mode}};
  }
};

// rt-link.yaml, attribute-set "af-spec-attrs"
struct AfSpecAttrs {
  std::optional<Ifla6Attrs> inet6;

  static constexpr auto attributes() { return std::tuple{Attribute{AF_INET6, &AfSpecAttrs::inet6}}; }
};

// rt-link.yaml, attribute-set "xdp-attrs"
struct XdpAttrs {
  std::optional<std::uint8_t> attached;  // XDP_ATTACHED_*: 0 without a program

  static constexpr auto attributes() { return std::tuple{Attribute{IFLA_XDP_ATTACHED, &XdpAttrs::attached}}; }
};

// rt-link.yaml, attribute-set "prop-list-link-attrs"
struct PropListAttrs {
  std::vector<std::string> alt_ifname;  // the link's other names

  static constexpr auto attributes() {
    return std::tuple{Attribute{IFLA_ALT_IFNAME, &PropListAttrs::alt_ifname}};
  }
};

// rt-link.yaml, attribute-set "link-attrs", behind its fixed header. A member is absent if it is not sent or
// not known.
struct Link {
  ifinfomsg ifinfo{};
  std::optional<std::string> ifname;
  std::optional<Bytes> address;         // of the link layer
  std::optional<std::uint32_t> mtu;     // bytes
  std::optional<std::uint32_t> link;    // a pair's other end: its ifindex in its own namespace
  std::optional<std::uint32_t> master;  // ifindex of the VRF, bridge or bond that the link belongs to
  std::optional<std::int32_t> link_netnsid;
  std::optional<std::int32_t> net_ns_fd;       // where newlink puts the device
  std::optional<std::int32_t> target_netnsid;  // which namespace dellink looks in
  std::optional<std::uint32_t> num_rx_queues;
  std::optional<AfSpecAttrs> af_spec;  // for setlink only
  std::optional<std::uint32_t> group;  // links that dellink_group() deletes at once; 0 is everybody's
  std::optional<std::uint32_t> ext_mask;
  std::optional<LinkInfo> linkinfo;
  std::optional<XdpAttrs> xdp;
  std::optional<std::string> phys_port_name;
  std::optional<std::string> parent_dev_name;
  std::optional<std::string> parent_dev_bus_name;
  std::optional<PropListAttrs> prop_list;  // absent: it has no other names

  static constexpr auto header() { return &Link::ifinfo; }
  static constexpr auto attributes() {
    return std::tuple{Attribute{IFLA_ADDRESS, &Link::address},
                      Attribute{IFLA_IFNAME, &Link::ifname},
                      Attribute{IFLA_MTU, &Link::mtu},
                      Attribute{IFLA_LINK, &Link::link},
                      Attribute{IFLA_MASTER, &Link::master},
                      Attribute{IFLA_LINKINFO, &Link::linkinfo},
                      Attribute{IFLA_XDP, &Link::xdp},
                      Attribute{IFLA_NET_NS_FD, &Link::net_ns_fd},
                      Attribute{IFLA_AF_SPEC, &Link::af_spec},
                      Attribute{IFLA_GROUP, &Link::group},
                      Attribute{IFLA_EXT_MASK, &Link::ext_mask},
                      Attribute{IFLA_NUM_RX_QUEUES, &Link::num_rx_queues},
                      Attribute{IFLA_LINK_NETNSID, &Link::link_netnsid},
                      Attribute{IFLA_TARGET_NETNSID, &Link::target_netnsid},
                      Attribute{IFLA_PHYS_PORT_NAME, &Link::phys_port_name},
                      Attribute{IFLA_PARENT_DEV_NAME, &Link::parent_dev_name},
                      Attribute{IFLA_PARENT_DEV_BUS_NAME, &Link::parent_dev_bus_name},
                      Attribute{IFLA_PROP_LIST, &Link::prop_list}};
  }

  std::uint32_t ifindex() const { return static_cast<std::uint32_t>(ifinfo.ifi_index); }
  bool is_up() const { return (ifinfo.ifi_flags & IFF_UP) != 0; }
  bool has_xdp_program() const { return xdp && xdp->attached.value_or(0) != 0; }
  void set_up() {
    ifinfo.ifi_flags |= IFF_UP;
    ifinfo.ifi_change |= IFF_UP;
  }
  std::vector<std::string> altnames() const {
    return prop_list ? prop_list->alt_ifname : std::vector<std::string>();
  }
  // The netkit attributes, nullopt when the link is of another kind.
  std::optional<NetkitAttrs> netkit() const;
};

constexpr auto NetkitAttrs::attributes() {
  // Numbers of Linux 7.3: Debian 12's headers end before netkit.
  return std::tuple{Attribute{1, &NetkitAttrs::peer_info},  Attribute{2, &NetkitAttrs::primary},
                    Attribute{3, &NetkitAttrs::policy},     Attribute{4, &NetkitAttrs::peer_policy},
                    Attribute{5, &NetkitAttrs::mode},       Attribute{6, &NetkitAttrs::scrub},
                    Attribute{7, &NetkitAttrs::peer_scrub}, Attribute{8, &NetkitAttrs::headroom},
                    Attribute{9, &NetkitAttrs::tailroom},   Attribute{10, &NetkitAttrs::pairing}};
}

// The link operations of rt-link.yaml, in the namespace of the transport (NETLINK_ROUTE). All but getlink
// need CAP_NET_ADMIN there; newlink with net_ns_fd also in the other namespace.
class Links {
 public:
  explicit Links(Transport& transport) : transport_(transport) {}

  // nullopt if there is no such link.
  std::optional<Link> getlink(const std::string& ifname) const;
  std::optional<Link> getlink(std::uint32_t ifindex) const;

  // The same in another namespace, which has this id in the transport's. Needs CAP_NET_ADMIN there. nullopt
  // also if there is no such namespace, or it is ending.
  std::optional<Link> getlink_in(std::int32_t netns_id, std::uint32_t ifindex) const;

  // Every link of the namespace, or those of one kind ("netkit"; empty: all).
  std::vector<Link> getlink_dump(const std::string& kind = {}) const;

  // Makes a link and returns it as the kernel sees it. EEXIST: a name is taken, in either namespace.
  // EOPNOTSUPP with "Unknown device type": the kernel has no such kind.
  Link newlink(const Link& link) const;

  // Changes the link with that ifinfo.ifi_index.
  void setlink(const Link& link) const;

  // Sets how IPv6 makes the link's link-local address; an existing one stays. Returns false if the link has
  // no IPv6: the kernel lacks it, or the MTU is below 1280.
  bool set_addr_gen_mode(std::uint32_t ifindex, AddrGenMode mode) const;

  // Deletes a link, or both ends of a netkit pair, which ends its leases. Returns false if there is none.
  // Waits for processes that receive through a leased queue. `netns_id`: the namespace of the ifindex by its
  // id in the transport's; absent: the transport's own.
  bool dellink(std::uint32_t ifindex, std::optional<std::int32_t> netns_id = std::nullopt) const;

  // Deletes all of these links, the kernel waiting once for its grace period and not for each. Those that are
  // gone do not matter. `group`: not 0, and no link has it.
  void dellink_all(const std::vector<std::uint32_t>& ifindexes, std::uint32_t group) const;

 private:
  Transport& transport_;
};

}  // namespace rxlease::kernel
