// SPDX-License-Identifier: GPL-2.0
/*
 * Sending. A frame stays the sender's memory while it is on the wire: its socket is charged until the receiving port
 * has copied it, which keeps TCP from sending more than is received.
 */
#include <linux/dma-direct.h>
#include <linux/etherdevice.h>

#include "simnic.h"

/* Puts the frame into a receive queue of the port, or returns false. */
static bool simnic_arrive(struct simnic_port *port, struct sk_buff *frame)
{
	struct simnic_rxq *rxq;
	bool fits = false;
	int queue;

	if (!netif_carrier_ok(port->dev))
		return false;
	queue = simnic_steer(port, frame);
	if (queue == SIMNIC_DROP)
		return false;

	rxq = &port->rxq[queue];
	spin_lock(&rxq->wire.lock);
	if (rxq->running) {
		fits = skb_queue_len(&rxq->wire) < READ_ONCE(port->ring_size);
		if (fits)
			__skb_queue_tail(&rxq->wire, frame);
		else
			rxq->overruns++;
		/* The "interrupt". Under the lock: once the queue has stopped running, its NAPI may go. */
		napi_schedule(&rxq->napi);
	}
	spin_unlock(&rxq->wire.lock);
	return fits;
}

/* The parser looks at nothing but the frame: not at what the sender's stack knew about it. */
static void simnic_forget(struct simnic_port *port, struct sk_buff *frame)
{
	frame->dev = port->dev;
	skb_reset_mac_header(frame);
	skb_set_network_header(frame, ETH_HLEN);
	frame->protocol = eth_hdr(frame)->h_proto;
}

/*
 * The "DMA engine" of the sender: a copy of a frame whose payload belongs to another device (devmem), so that the
 * kernel knows its DMA addresses only. Frees the frame. NULL: there is no memory for a copy.
 */
static struct sk_buff *simnic_fetch(struct simnic_port *port, struct sk_buff *frame)
{
	unsigned int headroom = skb_headroom(frame);
	struct sk_buff *copy = alloc_skb(headroom + frame->len, GFP_ATOMIC);

	if (copy) {
		skb_reserve(copy, headroom); /* offsets of headers are from the beginning of the buffer */
		skb_copy_header(copy, frame);
		copy->unreadable = 0;
		skb_put_data(copy, frame->data, skb_headlen(frame));
		for (int i = 0; i < skb_shinfo(frame)->nr_frags; i++) {
			const skb_frag_t *frag = &skb_shinfo(frame)->frags[i];
			dma_addr_t address = skb_frag_dma_map(port->parent, frag);

			skb_put_data(copy, phys_to_virt(dma_to_phys(port->parent, address)), skb_frag_size(frag));
		}
	}
	dev_consume_skb_any(frame);
	return copy;
}

/* Sends and frees a frame. Under the lock of the transmit queue. */
void simnic_transmit(struct simnic_port *port, unsigned int queue, struct sk_buff *frame)
{
	struct simnic_txq *txq = &port->txq[queue];
	unsigned int length = frame->len;

	if (!skb_frags_readable(frame))
		frame = simnic_fetch(port, frame);
	if (!frame || eth_skb_pad(frame)) { /* which frees it */
		txq->drops++;
		return;
	}
	simnic_forget(port, frame);
	if ((frame->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(frame)) || !simnic_arrive(port->peer, frame)) {
		dev_kfree_skb_any(frame);
		txq->drops++;
		return;
	}
	txq->packets++;
	txq->bytes += length;
}

netdev_tx_t simnic_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	skb_tx_timestamp(skb);
	simnic_transmit(netdev_priv(dev), skb_get_queue_mapping(skb), skb);
	return NETDEV_TX_OK;
}
