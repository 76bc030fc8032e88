// SPDX-License-Identifier: GPL-2.0
/*
 * Channels, rings and the reset, and the table of everything that ethtool can ask for.
 */
#include <linux/rtnetlink.h>
#include <net/netdev_rx_queue.h>

#include "simnic.h"

static void simnic_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct simnic_port *port = netdev_priv(dev);

	if (port->separate_channels) {
		channels->max_rx = channels->max_tx = dev->num_rx_queues;
		channels->rx_count = dev->real_num_rx_queues;
		channels->tx_count = dev->real_num_tx_queues;
		return;
	}
	channels->max_combined = dev->num_rx_queues;
	channels->combined_count = dev->real_num_rx_queues;
}

/*
 * The queues that stay are not disturbed. The kernel has made sure that nothing names the queues that go: leases,
 * memory providers, RSS tables and flow rules. Frames are steered to no queue that does not exist: the table shrinks
 * before the queues do, and grows after them.
 */
static int simnic_set_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct simnic_port *port = netdev_priv(dev);
	unsigned int before = dev->real_num_rx_queues;
	unsigned int after = port->separate_channels ? channels->rx_count : channels->combined_count;
	unsigned int sending = port->separate_channels ? channels->tx_count : after;
	bool spread = !netif_is_rxfh_configured(dev);
	int err = simnic_attempt(port, SIMNIC_CHANNELS);

	if (err)
		return err;
	if (netif_running(dev) && after > before) {
		err = simnic_queues_start(port, before, after);
		if (err)
			return err;
	}
	if (spread && after < before)
		simnic_rss_spread(port, after);
	err = netif_set_real_num_queues(dev, sending, after);
	if (err) {
		if (netif_running(dev) && after > before)
			simnic_queues_stop(port, before, after);
		if (spread)
			simnic_rss_spread(port, before);
		return err;
	}
	if (spread && after > before)
		simnic_rss_spread(port, after);
	if (netif_running(dev) && after < before)
		simnic_queues_stop(port, after, before);
	return 0;
}

static void simnic_get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
				 struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	struct simnic_port *port = netdev_priv(dev);

	ring->rx_max_pending = SIMNIC_MAX_RING;
	ring->rx_pending = port->ring_size;
	if (port->lacks.split) {
		kernel_ring->tcp_data_split = ETHTOOL_TCP_DATA_SPLIT_UNKNOWN;
		kernel_ring->hds_thresh = 0;
		return;
	}
	kernel_ring->tcp_data_split =
		port->split || port->split_reads_on ? ETHTOOL_TCP_DATA_SPLIT_ENABLED : ETHTOOL_TCP_DATA_SPLIT_DISABLED;
	kernel_ring->hds_thresh = port->hds_thresh;
	kernel_ring->hds_thresh_max = port->lacks.threshold ? 0 : SIMNIC_MAX_HDS_THRESH;
}

/* The next frame is the first one for which the settings count. */
static int simnic_set_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
				struct kernel_ethtool_ringparam *kernel_ring, struct netlink_ext_ack *extack)
{
	bool split = kernel_ring->tcp_data_split == ETHTOOL_TCP_DATA_SPLIT_ENABLED;
	struct simnic_port *port = netdev_priv(dev);
	int err = simnic_attempt(port, SIMNIC_RINGS);

	if (err)
		return err;
	if (!ring->rx_pending) {
		NL_SET_ERR_MSG(extack, "a ring needs at least one entry");
		return -EINVAL;
	}
	if (kernel_ring->tcp_data_split == ETHTOOL_TCP_DATA_SPLIT_DISABLED && port->split_stays_on) {
		NL_SET_ERR_MSG(extack, "tcp-data-split cannot be switched off");
		return -EINVAL;
	}
	if (split && port->split_needs_gro_hw && !(dev->features & NETIF_F_GRO_HW)) {
		NL_SET_ERR_MSG(extack, "tcp-data-split needs rx-gro-hw");
		return -EINVAL;
	}
	WRITE_ONCE(port->ring_size, ring->rx_pending);
	WRITE_ONCE(port->hds_thresh, kernel_ring->hds_thresh);
	WRITE_ONCE(port->split, split); /* "unknown" asks for the driver's default, which is off */
	return 0;
}

static u32 simnic_get_rx_ring_count(struct net_device *dev)
{
	return dev->real_num_rx_queues;
}

static int simnic_get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	settings->base.speed = SPEED_100000;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_DA;
	return 0;
}

/*
 * As if the firmware began anew: the link goes for a moment, each queue gets new memory, of the same memory provider,
 * and the flow rules are gone. RSS is as before, since drivers bring it back. Parts cannot be reset.
 */
static int simnic_reset(struct net_device *dev, u32 *flags)
{
	bool had_link = netif_carrier_ok(dev);
	int err = 0;

	if (*flags != ETH_RESET_ALL)
		return -EOPNOTSUPP;
	netif_carrier_off(dev);
	simnic_rules_clear(netdev_priv(dev));
	for (unsigned int queue = 0; queue < dev->real_num_rx_queues && !err; queue++)
		err = netdev_rx_queue_restart(dev, queue);
	if (had_link)
		netif_carrier_on(dev);
	if (!err)
		*flags = 0;
	return err;
}

const struct ethtool_ops simnic_ethtool_ops = {
	.supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT | ETHTOOL_RING_USE_HDS_THRS,
	.op_needs_rtnl = ETHTOOL_OP_NEEDS_RTNL_SCHANNELS | ETHTOOL_OP_NEEDS_RTNL_GLINK,
	.reset = simnic_reset,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = simnic_get_link_ksettings,
	.get_channels = simnic_get_channels,
	.set_channels = simnic_set_channels,
	.get_ringparam = simnic_get_ringparam,
	.set_ringparam = simnic_set_ringparam,

	.rxfh_per_ctx_key = 1,
	.rxfh_per_ctx_fields = 1,
	.rxfh_max_num_contexts = SIMNIC_RSS_CONTEXTS,
	.get_rx_ring_count = simnic_get_rx_ring_count,
	.get_rxfh_key_size = simnic_get_rxfh_key_size,
	.get_rxfh_indir_size = simnic_get_rxfh_indir_size,
	.get_rxfh = simnic_get_rxfh,
	.set_rxfh = simnic_set_rxfh,
	.get_rxfh_fields = simnic_get_rxfh_fields,
	.set_rxfh_fields = simnic_set_rxfh_fields,
	.create_rxfh_context = simnic_create_rxfh_context,
	.modify_rxfh_context = simnic_modify_rxfh_context,
	.remove_rxfh_context = simnic_remove_rxfh_context,

	.get_rxnfc = simnic_get_rxnfc,
	.set_rxnfc = simnic_set_rxnfc,
};
