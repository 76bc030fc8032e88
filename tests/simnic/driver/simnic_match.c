// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a flow rule is about a frame: by its layers, and by what extends the rule, a destination MAC and a VLAN.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <net/flow_dissector.h>

#include "simnic.h"

static bool simnic_mac_matches(const u8 *mac, const u8 *value, const u8 *mask)
{
	for (int i = 0; i < ETH_ALEN; i++) {
		if ((mac[i] ^ value[i]) & mask[i])
			return false;
	}
	return true;
}

static bool simnic_ether_matches(const struct ethtool_rx_flow_spec *fs, const struct sk_buff *frame)
{
	const struct ethhdr *value = &fs->h_u.ether_spec, *mask = &fs->m_u.ether_spec, *header = eth_hdr(frame);

	return simnic_mac_matches(header->h_dest, value->h_dest, mask->h_dest) &&
	       simnic_mac_matches(header->h_source, value->h_source, mask->h_source) &&
	       !((header->h_proto ^ value->h_proto) & mask->h_proto);
}

/* A frame without a tag is in no VLAN. */
static bool simnic_vlan_matches(const struct ethtool_rx_flow_spec *fs, const struct sk_buff *frame)
{
	const struct vlan_hdr *tag;
	struct vlan_hdr buffer;

	if (!eth_type_vlan(eth_hdr(frame)->h_proto))
		return !fs->m_ext.vlan_tci;
	tag = skb_header_pointer(frame, ETH_HLEN, sizeof(buffer), &buffer);
	return tag && !((tag->h_vlan_TCI ^ fs->h_ext.vlan_tci) & fs->m_ext.vlan_tci);
}

/* The layouts of TCP, UDP and of IP alone begin with the addresses. */
static bool simnic_ip4_matches(const struct ethtool_rx_flow_spec *fs, const struct flow_keys *keys)
{
	const struct ethtool_usrip4_spec *value = &fs->h_u.usr_ip4_spec, *mask = &fs->m_u.usr_ip4_spec;

	return keys->control.addr_type == FLOW_DISSECTOR_KEY_IPV4_ADDRS &&
	       !((keys->addrs.v4addrs.src ^ value->ip4src) & mask->ip4src) &&
	       !((keys->addrs.v4addrs.dst ^ value->ip4dst) & mask->ip4dst);
}

static bool simnic_in6_matches(const struct in6_addr *address, const __be32 *value, const __be32 *mask)
{
	for (int i = 0; i < 4; i++) {
		if ((address->s6_addr32[i] ^ value[i]) & mask[i])
			return false;
	}
	return true;
}

static bool simnic_ip6_matches(const struct ethtool_rx_flow_spec *fs, const struct flow_keys *keys)
{
	const struct ethtool_usrip6_spec *value = &fs->h_u.usr_ip6_spec, *mask = &fs->m_u.usr_ip6_spec;

	return keys->control.addr_type == FLOW_DISSECTOR_KEY_IPV6_ADDRS &&
	       simnic_in6_matches(&keys->addrs.v6addrs.src, value->ip6src, mask->ip6src) &&
	       simnic_in6_matches(&keys->addrs.v6addrs.dst, value->ip6dst, mask->ip6dst);
}

static bool simnic_ports_match(const struct flow_keys *keys, __be16 src, __be16 src_mask, __be16 dst, __be16 dst_mask)
{
	return !((keys->ports.src ^ src) & src_mask) && !((keys->ports.dst ^ dst) & dst_mask);
}

static bool simnic_ports4_match(const struct ethtool_rx_flow_spec *fs, const struct flow_keys *keys)
{
	const struct ethtool_tcpip4_spec *value = &fs->h_u.tcp_ip4_spec, *mask = &fs->m_u.tcp_ip4_spec;

	return simnic_ports_match(keys, value->psrc, mask->psrc, value->pdst, mask->pdst);
}

static bool simnic_ports6_match(const struct ethtool_rx_flow_spec *fs, const struct flow_keys *keys)
{
	const struct ethtool_tcpip6_spec *value = &fs->h_u.tcp_ip6_spec, *mask = &fs->m_u.tcp_ip6_spec;

	return simnic_ports_match(keys, value->psrc, mask->psrc, value->pdst, mask->pdst);
}

/* Whether the frame is of the protocol, and has ports to look at: not in a fragment. */
static bool simnic_has_ports(const struct sk_buff *frame, const struct flow_keys *keys, u8 protocol)
{
	return simnic_parsed((struct sk_buff *)frame)->header_length && keys->basic.ip_proto == protocol;
}

static bool simnic_layers_match(const struct ethtool_rx_flow_spec *fs, const struct sk_buff *frame,
				const struct flow_keys *keys)
{
	u32 type = fs->flow_type & ~(FLOW_RSS | FLOW_EXT | FLOW_MAC_EXT);
	u8 protocol = type == TCP_V4_FLOW || type == TCP_V6_FLOW ? IPPROTO_TCP : IPPROTO_UDP;

	switch (type) {
	case ETHER_FLOW:
		return simnic_ether_matches(fs, frame);
	case IPV4_USER_FLOW:
		return simnic_ip4_matches(fs, keys);
	case IPV6_USER_FLOW:
		return simnic_ip6_matches(fs, keys);
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
		return simnic_has_ports(frame, keys, protocol) && simnic_ip4_matches(fs, keys) &&
		       simnic_ports4_match(fs, keys);
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		return simnic_has_ports(frame, keys, protocol) && simnic_ip6_matches(fs, keys) &&
		       simnic_ports6_match(fs, keys);
	default:
		return false;
	}
}

/* The frame was parsed: `keys`, of which those of IP may be missing, and simnic_parsed(frame). */
bool simnic_matches(const struct ethtool_rx_flow_spec *fs, const struct sk_buff *frame, const struct flow_keys *keys)
{
	if (fs->flow_type & FLOW_MAC_EXT &&
	    !simnic_mac_matches(eth_hdr(frame)->h_dest, fs->h_ext.h_dest, fs->m_ext.h_dest))
		return false;
	if (fs->flow_type & FLOW_EXT && !simnic_vlan_matches(fs, frame))
		return false;
	return simnic_layers_match(fs, frame, keys);
}
