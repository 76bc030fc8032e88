// SPDX-License-Identifier: GPL-2.0
/*
 * The parser: what kind of packet is in a frame, and where its headers end.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "gvnic.h"

/* The layers above the IP header. Fragments, and what is cut off, count as neither TCP nor UDP. */
static void parse_l4(struct gvnic_frame *frame, u8 protocol, u8 *l4, u32 length)
{
	u32 header = protocol == IPPROTO_TCP ? sizeof(struct tcphdr) : sizeof(struct udphdr);

	if ((protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) || length < header ||
	    l4 + length > frame->data + frame->length)
		return;
	if (protocol == IPPROTO_TCP)
		header = ((struct tcphdr *)l4)->doff * 4;
	if (header > length)
		return;
	frame->type += protocol == IPPROTO_TCP ? GVNIC_IPV4_TCP - GVNIC_IPV4 : GVNIC_IPV4_UDP - GVNIC_IPV4;
	frame->l4 = l4;
	frame->l4_length = length;
	frame->headers = l4 + header - frame->data;
}

static void parse_ipv4(struct gvnic_frame *frame, u8 *l3, u32 room)
{
	struct iphdr *ip = (struct iphdr *)l3;
	u32 header = room < sizeof(*ip) ? 0 : ip->ihl * 4, total;

	if (header < sizeof(*ip) || header > room)
		return;
	frame->type = GVNIC_IPV4;
	frame->l3 = l3;
	total = ntohs(ip->tot_len);
	if (!(ip->frag_off & htons(IP_OFFSET | IP_MF)) && total >= header)
		parse_l4(frame, ip->protocol, l3 + header, total - header);
}

static void parse_ipv6(struct gvnic_frame *frame, u8 *l3, u32 room)
{
	struct ipv6hdr *ip = (struct ipv6hdr *)l3;
	u32 payload;

	if (room < sizeof(*ip))
		return;
	frame->type = GVNIC_IPV6;
	frame->l3 = l3;
	payload = ntohs(ip->payload_len);
	if (!payload) /* larger than 64 KiB, before it is cut into segments */
		payload = room - sizeof(*ip);
	parse_l4(frame, ip->nexthdr, l3 + sizeof(*ip), payload);
}

struct gvnic_frame gvnic_parse(u8 *data, u32 length)
{
	struct gvnic_frame frame = { .data = data, .length = length, .type = GVNIC_OTHER };
	u32 header = ETH_HLEN;
	__be16 protocol;

	if (length < VLAN_ETH_HLEN)
		return frame;
	protocol = ((struct ethhdr *)data)->h_proto;
	if (protocol == htons(ETH_P_8021Q)) {
		protocol = ((struct vlan_ethhdr *)data)->h_vlan_encapsulated_proto;
		header = VLAN_ETH_HLEN;
	}
	if (protocol == htons(ETH_P_IP))
		parse_ipv4(&frame, data + header, length - header);
	else if (protocol == htons(ETH_P_IPV6))
		parse_ipv6(&frame, data + header, length - header);
	return frame;
}
