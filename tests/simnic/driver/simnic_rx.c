// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: what hardware does by DMA and a driver by its descriptors. Headers go to the socket buffer's own memory,
 * payload to memory of the queue's page pool, of which nothing is known but DMA addresses: it may belong to a process
 * or to another device (a memory provider), and the kernel may not read it.
 */
#include <linux/dma-direct.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <net/page_pool/helpers.h>

#include "simnic.h"

/* What a driver copies of a frame that is neither TCP nor UDP: enough for all headers. */
#define COPY_OF_OTHERS 128

/* The "DMA engine": writes part of a frame to memory that it knows by its DMA address only. */
static void simnic_dma_write(struct simnic_rxq *rxq, netmem_ref netmem, unsigned int to, const struct sk_buff *frame,
			     unsigned int from, unsigned int length)
{
	dma_addr_t address = page_pool_get_dma_addr_netmem(netmem) + to;

	skb_copy_bits(frame, from, phys_to_virt(dma_to_phys(rxq->port->parent, address)), length);
	page_pool_dma_sync_netmem_for_cpu(rxq->pool, netmem, to, length);
}

/*
 * Appends the frame's bytes from `from` on to the socket buffer, in memory of the page pool. Without split the frame's
 * headers were written to the first page too, so that the payload begins behind them.
 */
static bool simnic_fill(struct simnic_rxq *rxq, struct sk_buff *skb, const struct sk_buff *frame, unsigned int from,
			bool split)
{
	unsigned int offset = split ? 0 : from;

	while (from < frame->len) {
		unsigned int length = min_t(unsigned int, frame->len - from, PAGE_SIZE - offset);
		netmem_ref netmem = page_pool_dev_alloc_netmems(rxq->pool);

		if (!netmem)
			return false;
		simnic_dma_write(rxq, netmem, offset, frame, from, length);
		skb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, netmem, offset, length, PAGE_SIZE);
		from += length;
		offset = 0;
	}
	return true;
}

/* How much of the frame goes to the socket buffer's own memory. */
static unsigned int simnic_header_length(struct simnic_rxq *rxq, struct sk_buff *frame, bool *split)
{
	unsigned int headers = simnic_parsed(frame)->header_length;
	struct simnic_port *port = rxq->port;

	*split = headers && READ_ONCE(port->split) && frame->len > READ_ONCE(port->hds_thresh);
	if (*split)
		return headers;
	/* Nobody could read the headers of what cannot be split, nor the payload of ICMP. */
	if (page_pool_is_unreadable(rxq->pool))
		return frame->len;
	return headers ?: min_t(unsigned int, frame->len, COPY_OF_OTHERS);
}

static struct sk_buff *simnic_build_skb(struct simnic_rxq *rxq, struct sk_buff *frame)
{
	bool split;
	unsigned int headers = simnic_header_length(rxq, frame, &split);
	struct sk_buff *skb = napi_alloc_skb(&rxq->napi, headers);

	if (!skb) {
		rxq->alloc_fail++;
		return NULL;
	}
	skb_mark_for_recycle(skb);
	skb_copy_bits(frame, 0, skb_put(skb, headers), headers);
	if (!simnic_fill(rxq, skb, frame, headers, split)) {
		napi_consume_skb(skb, 1);
		rxq->alloc_fail++;
		return NULL;
	}
	simnic_count(rxq, frame);
	return skb;
}

/* Up the stack. */
static void simnic_deliver(struct simnic_rxq *rxq, struct sk_buff *skb, const struct simnic_parsed *parsed)
{
	struct net_device *dev = rxq->port->dev;

	skb_record_rx_queue(skb, rxq - rxq->port->rxq);
	if (dev->features & NETIF_F_RXHASH)
		skb_set_hash(skb, parsed->hash, parsed->ports_hashed ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
	/* Nothing gets damaged on this wire; and nobody but the NIC could check a payload that cannot be read. */
	if (parsed->header_length)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = eth_type_trans(skb, dev);
	napi_gro_receive(&rxq->napi, skb);
}

static void simnic_receive(struct simnic_rxq *rxq, struct sk_buff *frame)
{
	struct bpf_prog *prog = READ_ONCE(rxq->port->prog);
	struct sk_buff *skb;

	skb = prog ? simnic_xdp_receive(rxq, prog, frame) : simnic_build_skb(rxq, frame);
	if (skb)
		simnic_deliver(rxq, skb, simnic_parsed(frame));
}

int simnic_poll(struct napi_struct *napi, int budget)
{
	struct simnic_rxq *rxq = container_of(napi, struct simnic_rxq, napi);
	bool busy = rxq->xsk && simnic_xsk_send(rxq, budget) == budget;
	struct sk_buff *frame;
	int done = 0;

	while (done < budget && (frame = skb_dequeue(&rxq->wire))) {
		simnic_receive(rxq, frame);
		napi_consume_skb(frame, budget);
		done++;
	}
	xdp_do_flush(); /* what was redirected */
	if (busy)
		return budget;
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}
