// SPDX-License-Identifier: GPL-2.0
/*
 * Receive side scaling: the default context and up to 15 more, each with a table, a key and a choice of hashed fields
 * of its own. The hash is always Toeplitz, over addresses and, for TCP and UDP, ports, unless the fields are chosen
 * otherwise.
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

static const u32 simnic_addresses = RXH_IP_SRC | RXH_IP_DST;
static const u32 simnic_ports = RXH_L4_B_0_1 | RXH_L4_B_2_3;

static bool simnic_has_ports(enum simnic_kind kind)
{
	return kind != SIMNIC_IP_V4 && kind != SIMNIC_IP_V6;
}

static void simnic_hash_all_fields(struct simnic_rss *rss)
{
	for (enum simnic_kind kind = 0; kind < SIMNIC_KINDS; kind++)
		rss->fields[kind] = simnic_addresses | (simnic_has_ports(kind) ? simnic_ports : 0);
}

void simnic_rss_init(struct simnic_port *port)
{
	simnic_hash_all_fields(&port->rss[0]);
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

/* Or -EOPNOTSUPP. */
static int simnic_kind_of(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW:
		return SIMNIC_TCP_V4;
	case UDP_V4_FLOW:
		return SIMNIC_UDP_V4;
	case IPV4_FLOW:
		return SIMNIC_IP_V4;
	case TCP_V6_FLOW:
		return SIMNIC_TCP_V6;
	case UDP_V6_FLOW:
		return SIMNIC_UDP_V6;
	case IPV6_FLOW:
		return SIMNIC_IP_V6;
	default:
		return -EOPNOTSUPP;
	}
}

int simnic_get_rxfh_fields(struct net_device *dev, struct ethtool_rxfh_fields *fields)
{
	struct simnic_port *port = netdev_priv(dev);
	int kind = simnic_kind_of(fields->flow_type);

	if (kind < 0)
		return kind;
	fields->data = port->rss[fields->rss_context].fields[kind];
	return 0;
}

int simnic_set_rxfh_fields(struct net_device *dev, const struct ethtool_rxfh_fields *fields,
			   struct netlink_ext_ack *extack)
{
	struct simnic_port *port = netdev_priv(dev);
	int kind = simnic_kind_of(fields->flow_type);
	int err = simnic_attempt(port, SIMNIC_RSS);

	if (err || kind < 0)
		return err ?: kind;
	if (fields->data & ~(simnic_addresses | (simnic_has_ports(kind) ? simnic_ports : 0))) {
		NL_SET_ERR_MSG(extack, "only addresses and ports can be hashed");
		return -EOPNOTSUPP;
	}
	spin_lock_bh(&port->steering_lock);
	port->rss[fields->rss_context].fields[kind] = fields->data;
	spin_unlock_bh(&port->steering_lock);
	return 0;
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
	simnic_hash_all_fields(&port->rss[rxfh->rss_context]);
	simnic_set_rss(port, rxfh->rss_context, rxfh->indir ?: indir, rxfh->key ?: key);
	return 0;
}

/* No rule uses it any more: the kernel has looked. */
int simnic_remove_rxfh_context(struct net_device *dev, struct ethtool_rxfh_context *ctx, u32 rss_context,
			       struct netlink_ext_ack *extack)
{
	return simnic_attempt(netdev_priv(dev), SIMNIC_CONTEXT_REMOVE);
}
