// SPDX-License-Identifier: GPL-2.0
/*
 * Receive queues, the memory that they receive into, and the queue management by which the kernel gives a queue other
 * memory: a memory provider's, once somebody binds one to the queue, directly or through a lease.
 */
#include <linux/netdevice.h>
#include <net/netdev_lock.h>
#include <net/page_pool/helpers.h>

#include "simnic.h"

/* Takes the queue's memory provider into account, if it has one: the kernel finds it by netdev and queue. */
static struct page_pool *simnic_create_pool(struct simnic_port *port, unsigned int queue)
{
	struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.pool_size = port->ring_size,
		.nid = NUMA_NO_NODE,
		.dev = port->parent,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE,
		.netdev = port->dev,
		.queue_idx = queue,
	};

	return page_pool_create(&params);
}

static int simnic_enable(struct simnic_rxq *rxq, struct page_pool *pool)
{
	int err;

	rxq->pool = pool;
	err = simnic_xdp_register(rxq);
	if (err)
		return err;
	page_pool_enable_direct_recycling(pool, &rxq->napi);
	napi_enable_locked(&rxq->napi);
	return 0;
}

static void simnic_disable(struct simnic_rxq *rxq)
{
	napi_disable_locked(&rxq->napi);
	page_pool_disable_direct_recycling(rxq->pool);
	simnic_xdp_unregister(rxq);
}

static int simnic_queue_start(struct simnic_port *port, unsigned int queue)
{
	struct simnic_rxq *rxq = &port->rxq[queue];
	struct page_pool *pool = simnic_create_pool(port, queue);
	int err;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	netif_napi_add_config_locked(port->dev, &rxq->napi, simnic_poll, queue);
	err = simnic_enable(rxq, pool);
	if (err) {
		netif_napi_del_locked(&rxq->napi);
		page_pool_destroy(pool);
		return err;
	}
	netif_queue_set_napi(port->dev, queue, NETDEV_QUEUE_TYPE_RX, &rxq->napi);
	netif_queue_set_napi(port->dev, queue, NETDEV_QUEUE_TYPE_TX, &rxq->napi);
	spin_lock_bh(&rxq->wire.lock);
	rxq->running = true;
	spin_unlock_bh(&rxq->wire.lock);
	return 0;
}

static void simnic_queue_stop(struct simnic_port *port, unsigned int queue)
{
	struct simnic_rxq *rxq = &port->rxq[queue];

	spin_lock_bh(&rxq->wire.lock);
	rxq->running = false;
	spin_unlock_bh(&rxq->wire.lock);
	simnic_disable(rxq);
	skb_queue_purge(&rxq->wire);
	netif_queue_set_napi(port->dev, queue, NETDEV_QUEUE_TYPE_RX, NULL);
	netif_queue_set_napi(port->dev, queue, NETDEV_QUEUE_TYPE_TX, NULL);
	netif_napi_del_locked(&rxq->napi);
	page_pool_destroy(rxq->pool);
	rxq->pool = NULL;
}

/* Starts the queues in [from, to), all or none. */
int simnic_queues_start(struct simnic_port *port, unsigned int from, unsigned int to)
{
	for (unsigned int queue = from; queue < to; queue++) {
		int err = simnic_queue_start(port, queue);

		if (err) {
			simnic_queues_stop(port, from, queue);
			return err;
		}
	}
	return 0;
}

void simnic_queues_stop(struct simnic_port *port, unsigned int from, unsigned int to)
{
	for (unsigned int queue = from; queue < to; queue++)
		simnic_queue_stop(port, queue);
}

int simnic_queues_create(struct simnic_port *port)
{
	port->rxq = kcalloc(port->dev->num_rx_queues, sizeof(*port->rxq), GFP_KERNEL);
	port->txq = kcalloc(port->dev->num_tx_queues, sizeof(*port->txq), GFP_KERNEL);
	if (!port->rxq || !port->txq) {
		simnic_queues_destroy(port);
		return -ENOMEM;
	}
	for (unsigned int queue = 0; queue < port->dev->num_rx_queues; queue++) {
		port->rxq[queue].port = port;
		skb_queue_head_init(&port->rxq[queue].wire);
	}
	return 0;
}

void simnic_queues_destroy(struct simnic_port *port)
{
	kfree(port->txq);
	kfree(port->rxq);
}

/* Queue management: what follows replaces the memory of one queue, while the others run on. */

struct simnic_queue_mem {
	struct page_pool *pool;
};

/* May be called while the port is down; then it only finds out whether it would work. */
static int simnic_mem_alloc(struct net_device *dev, struct netdev_queue_config *qcfg, void *per_queue_mem, int queue)
{
	struct simnic_port *port = netdev_priv(dev);
	struct simnic_queue_mem *mem = per_queue_mem;
	int err = simnic_attempt(port, SIMNIC_MEMORY);
	struct page_pool *pool;

	if (err)
		return err;
	pool = simnic_create_pool(port, queue);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	mem->pool = pool;
	return 0;
}

static void simnic_mem_free(struct net_device *dev, void *per_queue_mem)
{
	struct simnic_queue_mem *mem = per_queue_mem;

	page_pool_destroy(mem->pool);
}

static int simnic_mem_start(struct net_device *dev, struct netdev_queue_config *qcfg, void *per_queue_mem, int queue)
{
	struct simnic_port *port = netdev_priv(dev);
	struct simnic_queue_mem *mem = per_queue_mem;

	int err = simnic_enable(&port->rxq[queue], mem->pool);

	if (err)
		return err;
	if (port->counters_restart)
		port->rxq[queue].packets = port->rxq[queue].bytes = 0;
	/* Frames that arrived meanwhile have had their interrupt. */
	local_bh_disable();
	napi_schedule(&port->rxq[queue].napi);
	local_bh_enable();
	return 0;
}

static int simnic_mem_stop(struct net_device *dev, void *per_queue_mem, int queue)
{
	struct simnic_port *port = netdev_priv(dev);
	struct simnic_queue_mem *mem = per_queue_mem;
	struct simnic_rxq *rxq = &port->rxq[queue];

	simnic_disable(rxq);
	mem->pool = rxq->pool;
	return 0;
}

const struct netdev_queue_mgmt_ops simnic_queue_mgmt_ops = {
	.ndo_queue_mem_size = sizeof(struct simnic_queue_mem),
	.ndo_queue_mem_alloc = simnic_mem_alloc,
	.ndo_queue_mem_free = simnic_mem_free,
	.ndo_queue_start = simnic_mem_start,
	.ndo_queue_stop = simnic_mem_stop,
};

/* Of a NIC whose firmware cannot restart one queue alone, as bnxt has it: leases are made, nothing can be bound. */
const struct netdev_queue_mgmt_ops simnic_no_queue_mgmt_ops = {};

/* Statistics. A queue keeps its counters when channels take it away; the base has them until it is back. */

static void simnic_get_queue_stats_rx(struct net_device *dev, int queue, struct netdev_queue_stats_rx *stats)
{
	struct simnic_port *port = netdev_priv(dev);
	const struct simnic_rxq *rxq = &port->rxq[queue];

	stats->packets = rxq->packets;
	stats->bytes = rxq->bytes;
	stats->alloc_fail = rxq->alloc_fail;
	stats->hw_drops = rxq->overruns;
	stats->hw_drop_overruns = rxq->overruns;
}

static void simnic_get_queue_stats_tx(struct net_device *dev, int queue, struct netdev_queue_stats_tx *stats)
{
	struct simnic_port *port = netdev_priv(dev);
	const struct simnic_txq *txq = &port->txq[queue];

	stats->packets = txq->packets;
	stats->bytes = txq->bytes;
	stats->hw_drops = txq->drops;
}

static void simnic_get_base_stats(struct net_device *dev, struct netdev_queue_stats_rx *rx,
				  struct netdev_queue_stats_tx *tx)
{
	/* What is set to 0 here is what this driver counts. */
	rx->packets = rx->bytes = rx->alloc_fail = rx->hw_drops = rx->hw_drop_overruns = 0;
	tx->packets = tx->bytes = tx->hw_drops = 0;
	netdev_stat_queue_sum(dev, dev->real_num_rx_queues, dev->num_rx_queues, rx, dev->real_num_tx_queues,
			      dev->num_tx_queues, tx);
}

const struct netdev_stat_ops simnic_stat_ops = {
	.get_queue_stats_rx = simnic_get_queue_stats_rx,
	.get_queue_stats_tx = simnic_get_queue_stats_tx,
	.get_base_stats = simnic_get_base_stats,
};

void simnic_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct simnic_port *port = netdev_priv(dev);

	for (unsigned int queue = 0; queue < dev->num_rx_queues; queue++) {
		const struct simnic_rxq *rxq = &port->rxq[queue];

		stats->rx_packets += rxq->packets;
		stats->rx_bytes += rxq->bytes;
		stats->rx_dropped += rxq->alloc_fail;
		stats->rx_over_errors += rxq->overruns;
	}
	for (unsigned int queue = 0; queue < dev->num_tx_queues; queue++) {
		stats->tx_packets += port->txq[queue].packets;
		stats->tx_bytes += port->txq[queue].bytes;
		stats->tx_dropped += port->txq[queue].drops;
	}
}
