// SPDX-License-Identifier: GPL-2.0
/*
 * AF_XDP zero-copy: a socket that is bound to a queue, directly or through a lease, has the queue's frames in its own
 * memory. The XDP program that sends them to the socket is run as on any other frame: see simnic_xdp.c.
 */
#include <linux/dma-direct.h>
#include <net/xdp_sock_drv.h>

#include "simnic.h"

/* Receiving */

/* A buffer with the frame in it; NULL if there is none, or it is too small. */
struct xdp_buff *simnic_xsk_fill(struct simnic_rxq *rxq, const struct sk_buff *frame)
{
	struct xdp_buff *xdp;

	if (frame->len > xsk_pool_get_rx_frame_size(rxq->xsk))
		return NULL;
	xdp = xsk_buff_alloc(rxq->xsk);
	if (!xdp)
		return NULL;
	skb_copy_bits(frame, 0, phys_to_virt(dma_to_phys(rxq->port->parent, xsk_buff_xdp_get_dma(xdp))), frame->len);
	xsk_buff_set_size(xdp, frame->len);
	xsk_buff_dma_sync_for_cpu(xdp);
	return xdp;
}

/* Sending */

/* What the AF_XDP socket has to send; returns how many frames that was. */
int simnic_xsk_send(struct simnic_rxq *rxq, int budget)
{
	struct xsk_buff_pool *pool = rxq->xsk;
	struct xdp_desc desc;
	int sent = 0;

	while (sent < budget && xsk_tx_peek_desc(pool, &desc)) {
		struct sk_buff *skb = napi_alloc_skb(&rxq->napi, desc.len);

		if (skb) {
			xsk_buff_raw_dma_sync_for_device(pool, xsk_buff_raw_get_dma(pool, desc.addr), desc.len);
			skb_put_data(skb, xsk_buff_raw_get_data(pool, desc.addr), desc.len);
			simnic_xdp_send(rxq->port, rxq - rxq->port->rxq, skb);
		}
		sent++;
	}
	if (sent) {
		xsk_tx_completed(pool, sent);
		xsk_tx_release(pool);
	}
	return sent;
}

int simnic_xsk_wakeup(struct net_device *dev, u32 queue, u32 flags)
{
	struct simnic_port *port = netdev_priv(dev);

	if (!netif_running(dev) || !netif_carrier_ok(dev))
		return -ENETDOWN;
	if (queue >= dev->real_num_rx_queues)
		return -EINVAL;
	local_bh_disable();
	napi_schedule(&port->rxq[queue].napi);
	local_bh_enable();
	return 0;
}

/* Setting up. The kernel has refused what collides with memory providers, header split and leases. */

/* The queue stands still while it changes from one memory to the other. */
static void simnic_swap_xsk(struct simnic_rxq *rxq, struct xsk_buff_pool *pool)
{
	bool running = rxq->running;

	if (running)
		napi_disable_locked(&rxq->napi);
	rxq->xsk = pool;
	if (running)
		napi_enable_locked(&rxq->napi);
}

static int simnic_enable_xsk(struct simnic_rxq *rxq, struct xsk_buff_pool *pool)
{
	struct simnic_port *port = rxq->port;
	int err = xsk_pool_dma_map(pool, port->parent, 0);

	if (err)
		return err;
	err = xdp_rxq_info_reg(&rxq->xsk_xdp, port->dev, rxq - port->rxq, 0);
	if (err)
		goto unmap;
	err = xdp_rxq_info_reg_mem_model(&rxq->xsk_xdp, MEM_TYPE_XSK_BUFF_POOL, NULL);
	if (err)
		goto unregister;
	xsk_pool_set_rxq_info(pool, &rxq->xsk_xdp);
	simnic_swap_xsk(rxq, pool);
	return 0;

unregister:
	xdp_rxq_info_unreg(&rxq->xsk_xdp);
unmap:
	xsk_pool_dma_unmap(pool, 0);
	return err;
}

static void simnic_disable_xsk(struct simnic_rxq *rxq)
{
	struct xsk_buff_pool *pool = rxq->xsk;

	if (!pool)
		return;
	simnic_swap_xsk(rxq, NULL);
	xdp_rxq_info_unreg(&rxq->xsk_xdp);
	xsk_pool_dma_unmap(pool, 0);
}

int simnic_set_xsk(struct simnic_port *port, struct xsk_buff_pool *pool, u16 queue)
{
	if (queue >= port->dev->real_num_rx_queues)
		return -EINVAL;
	if (pool && port->lacks.xsk)
		return -EOPNOTSUPP;
	if (pool)
		return simnic_enable_xsk(&port->rxq[queue], pool);
	simnic_disable_xsk(&port->rxq[queue]);
	return 0;
}
