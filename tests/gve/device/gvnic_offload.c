// SPDX-License-Identifier: GPL-2.0
/*
 * What the NIC does to frames for the driver: the checksums of TCP and UDP, TSO and USO at the sender, HW-GRO at the
 * receiver.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

#include "gvnic.h"

static __sum16 *checksum_of(const struct gvnic_frame *frame)
{
	return gvnic_is_tcp(frame) ? &((struct tcphdr *)frame->l4)->check : &((struct udphdr *)frame->l4)->check;
}

/* The sum over pseudo header, header and payload; 0 if the frame's own checksum is right. */
static __sum16 l4_sum(const struct gvnic_frame *frame)
{
	u8 protocol = gvnic_is_tcp(frame) ? IPPROTO_TCP : IPPROTO_UDP;
	__wsum sum = csum_partial(frame->l4, frame->l4_length, 0);

	if (gvnic_is_ipv6(frame)) {
		const struct ipv6hdr *ip = (const struct ipv6hdr *)frame->l3;

		return csum_ipv6_magic(&ip->saddr, &ip->daddr, frame->l4_length, protocol, sum);
	} else {
		const struct iphdr *ip = (const struct iphdr *)frame->l3;

		return csum_tcpudp_magic(ip->saddr, ip->daddr, frame->l4_length, protocol, sum);
	}
}

void gvnic_verify_checksums(struct gvnic_frame *frame)
{
	if (frame->l3 && !gvnic_is_ipv6(frame))
		frame->ip_error = ip_fast_csum(frame->l3, ((struct iphdr *)frame->l3)->ihl) != 0;
	if (!frame->l4)
		return;
	if (frame->type == GVNIC_IPV4_UDP && !*checksum_of(frame))
		return; /* the sender has left it out */
	frame->l4_error = l4_sum(frame) != 0;
}

static void set_checksum(struct gvnic_frame *frame)
{
	__sum16 *checksum;

	if (!frame->l4)
		return;
	checksum = checksum_of(frame);
	*checksum = 0;
	*checksum = l4_sum(frame);
	if (gvnic_is_udp(frame) && !*checksum)
		*checksum = CSUM_MANGLED_0;
}

/* A fault on demand: one of these two numbers of frames counts down. */
static bool due(u32 *number)
{
	if (!*number)
		return false;
	--*number;
	return true;
}

static void arrive(struct gvnic *nic, struct gvnic_frame *frame)
{
	if (!nic->link || !nic->peer->link || due(&nic->lose))
		return;
	if (frame->l4 && frame->headers < frame->length && due(&nic->corrupt))
		frame->data[frame->headers] ^= 1;
	if (!frame->segment_size)
		gvnic_verify_checksums(frame);
	gvnic_receive(nic, frame);
}

/* Turns the frame's headers into those of the segment at this offset of its payload. */
static void set_lengths(const struct gvnic_frame *segment, u32 offset, u32 number, bool last)
{
	u32 l3_length = segment->data + segment->length - segment->l3;

	if (gvnic_is_ipv6(segment)) {
		((struct ipv6hdr *)segment->l3)->payload_len = htons(l3_length - sizeof(struct ipv6hdr));
	} else {
		struct iphdr *ip = (struct iphdr *)segment->l3;

		ip->tot_len = htons(l3_length);
		ip->id = htons(ntohs(ip->id) + number);
		ip->check = 0;
		ip->check = ip_fast_csum(ip, ip->ihl);
	}
	if (gvnic_is_tcp(segment)) {
		struct tcphdr *tcp = (struct tcphdr *)segment->l4;

		tcp->seq = htonl(ntohl(tcp->seq) + offset);
		tcp->fin &= last;
		tcp->psh &= last;
		tcp->cwr &= number == 0;
	} else {
		((struct udphdr *)segment->l4)->len = htons(segment->l4_length);
	}
}

static void send_segments(struct gvnic *nic, const struct gvnic_frame *whole, const struct gvnic_offload *offload)
{
	u32 headers = offload->header_length, payload = whole->length - headers;
	u32 l4_header = whole->data + headers - whole->l4;

	for (u32 offset = 0, number = 0; offset < payload; offset += offload->segment_size, number++) {
		u32 size = min(payload - offset, offload->segment_size);
		struct gvnic_frame segment = *whole;

		segment.data = nic->segment;
		segment.length = headers + size;
		segment.l3 = nic->segment + (whole->l3 - whole->data);
		segment.l4 = nic->segment + (whole->l4 - whole->data);
		segment.l4_length = l4_header + size;
		memcpy(nic->segment, whole->data, headers);
		memcpy(nic->segment + headers, whole->data + headers + offset, size);
		set_lengths(&segment, offset, number, offset + size == payload);
		set_checksum(&segment);
		arrive(nic->peer, &segment);
	}
}

/* Sends nic->frame to the other NIC. A receive queue with HW-GRO joins the segments of a frame again, to what it was
 * before it was cut: it is not cut then.
 */
void gvnic_send(struct gvnic *nic, u32 length, const struct gvnic_offload *offload)
{
	struct gvnic_frame frame = gvnic_parse(nic->frame, length);
	bool cut = offload->segment_size && frame.l4 && offload->header_length == frame.headers &&
		   frame.headers + offload->segment_size < length;

	/* A segment with a wrong checksum is joined to no other. */
	if (cut && !nic->peer->corrupt && gvnic_joins(nic->peer, &frame)) {
		frame.segment_size = offload->segment_size;
		arrive(nic->peer, &frame);
	} else if (cut) {
		send_segments(nic, &frame, offload);
	} else {
		if (offload->checksum || offload->segment_size)
			set_checksum(&frame);
		arrive(nic->peer, &frame);
	}
}
