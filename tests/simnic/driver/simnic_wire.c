// SPDX-License-Identifier: GPL-2.0
/*
 * Sending. A frame stays the sender's memory while it is on the wire: its socket is charged until the receiving port
 * has copied it, which keeps TCP from sending more than is received.
 */
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

/* Sends and frees a frame. Under the lock of the transmit queue. */
void simnic_transmit(struct simnic_port *port, unsigned int queue, struct sk_buff *frame)
{
	struct simnic_txq *txq = &port->txq[queue];
	unsigned int length = frame->len;

	if (eth_skb_pad(frame)) { /* which frees it */
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
