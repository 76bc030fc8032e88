// SPDX-License-Identifier: GPL-2.0
/*
 * XDP programs. While one is attached, frames are received into one linear buffer each: of the page pool, or of the
 * AF_XDP socket that has the queue. What the program passes on or sends back is copied, as drivers do with buffers of
 * AF_XDP.
 */
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <net/page_pool/helpers.h>
#include <net/xdp_sock_drv.h>

#include "simnic.h"

#define ROOM_IN_A_PAGE (PAGE_SIZE - XDP_PACKET_HEADROOM - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))
#define XDP_MAX_MTU (ROOM_IN_A_PAGE - ETH_HLEN - VLAN_HLEN)

/* The queue's pool gets known to XDP, as where buffers that were redirected go back to. */
int simnic_xdp_register(struct simnic_rxq *rxq)
{
	unsigned int queue = rxq - rxq->port->rxq;
	int err = xdp_rxq_info_reg(&rxq->xdp, rxq->port->dev, queue, 0);

	if (err)
		return err;
	err = xdp_rxq_info_reg_mem_model(&rxq->xdp, MEM_TYPE_PAGE_POOL, rxq->pool);
	if (err)
		xdp_rxq_info_unreg(&rxq->xdp);
	return err;
}

void simnic_xdp_unregister(struct simnic_rxq *rxq)
{
	xdp_rxq_info_unreg(&rxq->xdp);
}

/* Receiving */

/* A buffer with the frame in it; NULL if there is none, or it is too small. */
static struct xdp_buff *simnic_page_fill(struct simnic_rxq *rxq, const struct sk_buff *frame, struct xdp_buff *xdp)
{
	struct page *page;

	if (frame->len > ROOM_IN_A_PAGE)
		return NULL;
	page = page_pool_dev_alloc_pages(rxq->pool);
	if (!page)
		return NULL;
	xdp_init_buff(xdp, PAGE_SIZE, &rxq->xdp);
	xdp_prepare_buff(xdp, page_address(page), XDP_PACKET_HEADROOM, frame->len, true);
	skb_copy_bits(frame, 0, xdp->data, frame->len);
	return xdp;
}

static void simnic_xdp_free(struct simnic_rxq *rxq, struct xdp_buff *xdp)
{
	if (rxq->xsk)
		xsk_buff_free(xdp);
	else
		page_pool_recycle_direct(rxq->pool, virt_to_head_page(xdp->data_hard_start));
}

static struct sk_buff *simnic_xdp_copy(struct simnic_rxq *rxq, const struct xdp_buff *xdp)
{
	unsigned int length = xdp->data_end - xdp->data;
	struct sk_buff *skb = napi_alloc_skb(&rxq->napi, length);

	if (skb)
		skb_put_data(skb, xdp->data, length);
	else
		rxq->alloc_fail++;
	return skb;
}

/* Sends a frame as the stack would, which uses the same transmit queues. */
void simnic_xdp_send(struct simnic_port *port, unsigned int queue, struct sk_buff *skb)
{
	struct netdev_queue *txq = netdev_get_tx_queue(port->dev, queue);

	__netif_tx_lock(txq, smp_processor_id());
	simnic_transmit(port, queue, skb);
	__netif_tx_unlock(txq);
}

/* Runs the program on a frame. Returns what is to go up the stack, if anything is. */
struct sk_buff *simnic_xdp_receive(struct simnic_rxq *rxq, struct bpf_prog *prog, const struct sk_buff *frame)
{
	struct net_device *dev = rxq->port->dev;
	struct xdp_buff on_stack, *xdp;
	struct sk_buff *skb = NULL;
	u32 action;

	xdp = rxq->xsk ? simnic_xsk_fill(rxq, frame) : simnic_page_fill(rxq, frame, &on_stack);
	if (!xdp) {
		rxq->alloc_fail++;
		return NULL;
	}
	simnic_count(rxq, frame);
	action = bpf_prog_run_xdp(prog, xdp);
	switch (action) {
	case XDP_REDIRECT:
		if (!xdp_do_redirect(dev, xdp, prog))
			return NULL;
		trace_xdp_exception(dev, prog, action);
		break;
	case XDP_PASS:
		skb = simnic_xdp_copy(rxq, xdp);
		break;
	case XDP_TX:
		skb = simnic_xdp_copy(rxq, xdp);
		if (skb)
			simnic_xdp_send(rxq->port, rxq - rxq->port->rxq, skb);
		skb = NULL;
		break;
	default:
		bpf_warn_invalid_xdp_action(dev, prog, action);
		fallthrough;
	case XDP_ABORTED:
		trace_xdp_exception(dev, prog, action);
		fallthrough;
	case XDP_DROP:
		break;
	}
	simnic_xdp_free(rxq, xdp);
	return skb;
}

/* Sending */

int simnic_xdp_xmit(struct net_device *dev, int count, struct xdp_frame **frames, u32 flags)
{
	struct simnic_port *port = netdev_priv(dev);
	unsigned int queue = smp_processor_id() % dev->real_num_tx_queues;
	int sent;

	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;
	if (!netif_carrier_ok(dev))
		return -ENETDOWN;
	for (sent = 0; sent < count; sent++) {
		struct xdp_frame *frame = frames[sent];
		struct sk_buff *skb = netdev_alloc_skb(dev, frame->len);

		if (!skb)
			break; /* whoever called frees the rest */
		skb_put_data(skb, frame->data, frame->len);
		simnic_xdp_send(port, queue, skb);
		xdp_return_frame_rx_napi(frame);
	}
	return sent;
}

/* Setting up. The kernel has refused what collides with memory providers, header split and leases. */

/* To be called under the locks of rtnl and of the port. */
void simnic_xdp_announce(struct simnic_port *port)
{
	xdp_features_t lacking = port->lacks.xsk ? NETDEV_XDP_ACT_XSK_ZEROCOPY : 0;

	xdp_set_features_flag_locked(port->dev, SIMNIC_XDP_FEATURES & ~lacking);
}

/* What a driver wants of the NIC before it takes a program; NULL: nothing more. */
static const char *simnic_xdp_wish(const struct simnic_port *port)
{
	const struct net_device *dev = port->dev;

	if (port->xdp_needs_whole_packets && (dev->features & NETIF_F_GRO_HW || port->split))
		return "XDP needs whole packets: rx-gro-hw and tcp-data-split must be off";
	if (port->xdp_needs_half_channels &&
	    (dev->real_num_rx_queues != dev->real_num_tx_queues || dev->real_num_rx_queues > dev->num_rx_queues / 2))
		return "XDP needs as many tx as rx channels, at most half of what there may be";
	return NULL;
}

static int simnic_set_prog(struct simnic_port *port, struct netdev_bpf *bpf)
{
	const char *wish = bpf->prog ? simnic_xdp_wish(port) : NULL;
	struct bpf_prog *old;

	if (bpf->prog && port->dev->mtu > XDP_MAX_MTU) {
		NL_SET_ERR_MSG_FMT(bpf->extack, "the MTU must not be more than %lu for XDP", XDP_MAX_MTU);
		return -EINVAL;
	}
	if (wish && port->xdp_says_nothing)
		return -EINVAL;
	if (wish) {
		NL_SET_ERR_MSG_FMT(bpf->extack, "%s", wish);
		return -EOPNOTSUPP;
	}
	old = xchg(&port->prog, bpf->prog);
	if (old)
		bpf_prog_put(old);
	return 0;
}

int simnic_change_mtu(struct net_device *dev, int mtu)
{
	struct simnic_port *port = netdev_priv(dev);

	if (port->prog && mtu > XDP_MAX_MTU)
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

int simnic_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return simnic_set_prog(netdev_priv(dev), bpf);
	case XDP_SETUP_XSK_POOL:
		return simnic_set_xsk(netdev_priv(dev), bpf->xsk.pool, bpf->xsk.queue_id);
	default:
		return -EINVAL;
	}
}
