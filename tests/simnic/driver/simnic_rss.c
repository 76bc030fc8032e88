// SPDX-License-Identifier: GPL-2.0
/*
 * Receive side scaling: the default context and up to 15 more, each with a table and a key of its own. The hash is
 * always Toeplitz, over addresses and, for TCP and UDP, ports.
 */
#include "simnic.h"

static void simnic_set_rss(struct simnic_port *port, unsigned int context, const u32 *indir, const u8 *key)
{
	struct simnic_rss *rss = &port->rss[context];

	spin_lock_bh(&port->steering_lock);
	if (indir)
		memcpy(rss->indir, indir, sizeof(rss->indir));
	if (key)
		memcpy(rss->key, key, sizeof(rss->key));
	spin_unlock_bh(&port->steering_lock);
}

/* The default table: all queues in turn. */
void simnic_rss_spread(struct simnic_port *port, unsigned int queues)
{
	u32 indir[SIMNIC_RSS_TABLE];

	for (u32 i = 0; i < SIMNIC_RSS_TABLE; i++)
		indir[i] = ethtool_rxfh_indir_default(i, queues);
	simnic_set_rss(port, 0, indir, NULL);
}

void simnic_rss_init(struct simnic_port *port)
{
	netdev_rss_key_fill(port->rss[0].key, SIMNIC_RSS_KEY);
	simnic_rss_spread(port, port->dev->real_num_rx_queues);
}

u32 simnic_get_rxfh_key_size(struct net_device *dev)
{
	return SIMNIC_RSS_KEY;
}

u32 simnic_get_rxfh_indir_size(struct net_device *dev)
{
	return SIMNIC_RSS_TABLE;
}

int simnic_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh)
{
	struct simnic_port *port = netdev_priv(dev);

	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir)
		memcpy(rxfh->indir, port->rss[0].indir, sizeof(port->rss[0].indir));
	if (rxfh->key)
		memcpy(rxfh->key, port->rss[0].key, sizeof(port->rss[0].key));
	return 0;
}

static int simnic_check_hash(const struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack)
{
	if (rxfh->hfunc == ETH_RSS_HASH_NO_CHANGE || rxfh->hfunc == ETH_RSS_HASH_TOP)
		return 0;
	NL_SET_ERR_MSG(extack, "the only hash function is Toeplitz");
	return -EOPNOTSUPP;
}

int simnic_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack)
{
	struct simnic_port *port = netdev_priv(dev);
	int err = simnic_attempt(port, SIMNIC_RSS) ?: simnic_check_hash(rxfh, extack);

	if (!err)
		simnic_set_rss(port, 0, rxfh->indir, rxfh->key);
	return err;
}

int simnic_get_rxfh_fields(struct net_device *dev, struct ethtool_rxfh_fields *fields)
{
	switch (fields->flow_type) {
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		fields->data = RXH_IP_SRC | RXH_IP_DST | RXH_L4_B_0_1 | RXH_L4_B_2_3;
		return 0;
	case IPV4_FLOW:
	case IPV6_FLOW:
		fields->data = RXH_IP_SRC | RXH_IP_DST;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* Contexts. The kernel chooses the number, and keeps table and key for itself too. */

int simnic_modify_rxfh_context(struct net_device *dev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack)
{
	struct simnic_port *port = netdev_priv(dev);
	int err = simnic_attempt(port, SIMNIC_CONTEXT_MODIFY) ?: simnic_check_hash(rxfh, extack);

	if (!err)
		simnic_set_rss(port, rxfh->rss_context, rxfh->indir, rxfh->key);
	return err;
}

int simnic_create_rxfh_context(struct net_device *dev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack)
{
	struct simnic_port *port = netdev_priv(dev);
	u32 *indir = ethtool_rxfh_context_indir(ctx);
	u8 *key = ethtool_rxfh_context_key(ctx);
	int err = simnic_attempt(port, SIMNIC_CONTEXT_CREATE) ?: simnic_check_hash(rxfh, extack);

	if (err)
		return err;
	/* What was not asked for is as in a new NIC. */
	for (u32 i = 0; i < SIMNIC_RSS_TABLE; i++)
		indir[i] = ethtool_rxfh_indir_default(i, dev->real_num_rx_queues);
	memcpy(key, port->rss[0].key, SIMNIC_RSS_KEY);
	ctx->hfunc = ETH_RSS_HASH_TOP;
	simnic_set_rss(port, rxfh->rss_context, rxfh->indir ?: indir, rxfh->key ?: key);
	return 0;
}

/* No rule uses it any more: the kernel has looked. */
int simnic_remove_rxfh_context(struct net_device *dev, struct ethtool_rxfh_context *ctx, u32 rss_context,
			       struct netlink_ext_ack *extack)
{
	return simnic_attempt(netdev_priv(dev), SIMNIC_CONTEXT_REMOVE);
}
