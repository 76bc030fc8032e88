// SPDX-License-Identifier: GPL-2.0
/*
 * Flow rules: Ethernet, IPv4, IPv6, and TCP or UDP over them, by addresses and ports, each with a mask, and all by VLAN
 * and destination MAC as well. The driver chooses a location if
 * it is asked to; a rule at a location in use replaces the one there. Rules go when ntuple filters are turned off.
 */
#include "simnic.h"

static bool simnic_type_known(const struct ethtool_rx_flow_spec *fs)
{
	if (fs->flow_type & FLOW_EXT && (fs->m_ext.vlan_etype || fs->m_ext.data[0] || fs->m_ext.data[1]))
		return false;
	switch (fs->flow_type & ~(FLOW_RSS | FLOW_EXT | FLOW_MAC_EXT)) {
	case ETHER_FLOW:
		return true;
	case IPV4_USER_FLOW:
		return fs->h_u.usr_ip4_spec.ip_ver == ETH_RX_NFC_IP4 && !fs->m_u.usr_ip4_spec.l4_4_bytes &&
		       !fs->m_u.usr_ip4_spec.tos && !fs->m_u.usr_ip4_spec.proto;
	case IPV6_USER_FLOW:
		return !fs->m_u.usr_ip6_spec.l4_4_bytes && !fs->m_u.usr_ip6_spec.tclass &&
		       !fs->m_u.usr_ip6_spec.l4_proto;
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
		return !fs->m_u.tcp_ip4_spec.tos;
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		return !fs->m_u.tcp_ip6_spec.tclass;
	default:
		return false;
	}
}

static bool simnic_same_match(const struct ethtool_rx_flow_spec *a, const struct ethtool_rx_flow_spec *b)
{
	return (a->flow_type & ~FLOW_RSS) == (b->flow_type & ~FLOW_RSS) && !memcmp(&a->h_u, &b->h_u, sizeof(a->h_u)) &&
	       !memcmp(&a->m_u, &b->m_u, sizeof(a->m_u)) && !memcmp(&a->h_ext, &b->h_ext, sizeof(a->h_ext)) &&
	       !memcmp(&a->m_ext, &b->m_ext, sizeof(a->m_ext));
}

static int simnic_check_rule(struct simnic_port *port, const struct ethtool_rx_flow_spec *fs)
{
	if (!simnic_type_known(fs))
		return -EOPNOTSUPP;
	if (fs->ring_cookie != RX_CLS_FLOW_DISC && fs->ring_cookie >= port->dev->real_num_rx_queues)
		return -EINVAL;
	for (u32 i = 0; i < SIMNIC_RULES; i++) {
		if (port->rules[i].used && i != fs->location && simnic_same_match(&port->rules[i].fs, fs))
			return -EEXIST;
	}
	return 0;
}

/* Turns a request for any place into a location. */
static int simnic_choose_location(struct simnic_port *port, u32 *location)
{
	bool last = *location == RX_CLS_LOC_LAST;

	if (!(*location & RX_CLS_LOC_SPECIAL) && port->rules_take_no_location)
		return -EINVAL;
	if (!(*location & RX_CLS_LOC_SPECIAL))
		return *location < SIMNIC_RULES ? 0 : -EINVAL;
	if (port->rules_need_location)
		return -EINVAL;
	for (u32 i = 0; i < SIMNIC_RULES; i++) {
		u32 candidate = last ? SIMNIC_RULES - 1 - i : i;

		if (!port->rules[candidate].used) {
			*location = candidate;
			return 0;
		}
	}
	return -ENOSPC;
}

static int simnic_insert_rule(struct simnic_port *port, struct ethtool_rxnfc *cmd)
{
	struct ethtool_rx_flow_spec *fs = &cmd->fs;
	int err = simnic_attempt(port, SIMNIC_RULE_INSERT);

	if (err)
		return err;
	if (!(port->dev->features & NETIF_F_NTUPLE))
		return -EOPNOTSUPP;
	err = simnic_check_rule(port, fs);
	if (!err)
		err = simnic_choose_location(port, &fs->location);
	if (err)
		return err;
	spin_lock_bh(&port->steering_lock);
	port->rules[fs->location] = (struct simnic_rule){
		.used = true,
		.fs = *fs,
		.rss_context = fs->flow_type & FLOW_RSS ? cmd->rss_context : 0,
	};
	spin_unlock_bh(&port->steering_lock);
	return 0;
}

static int simnic_delete_rule(struct simnic_port *port, u32 location)
{
	int err = simnic_attempt(port, SIMNIC_RULE_DELETE);

	if (err)
		return err;
	if (location >= SIMNIC_RULES || !port->rules[location].used)
		return -ENOENT;
	spin_lock_bh(&port->steering_lock);
	port->rules[location].used = false;
	spin_unlock_bh(&port->steering_lock);
	return 0;
}

void simnic_rules_clear(struct simnic_port *port)
{
	spin_lock_bh(&port->steering_lock);
	memset(port->rules, 0, sizeof(port->rules));
	spin_unlock_bh(&port->steering_lock);
}

int simnic_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *cmd)
{
	struct simnic_port *port = netdev_priv(dev);

	switch (cmd->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		return simnic_insert_rule(port, cmd);
	case ETHTOOL_SRXCLSRLDEL:
		return simnic_delete_rule(port, cmd->fs.location);
	default:
		return -EOPNOTSUPP;
	}
}

static int simnic_list_rules(struct simnic_port *port, struct ethtool_rxnfc *cmd, u32 *locations)
{
	u32 count = 0;

	for (u32 i = 0; i < SIMNIC_RULES; i++) {
		if (!port->rules[i].used)
			continue;
		if (locations && count == cmd->rule_cnt)
			return -EMSGSIZE;
		if (locations)
			locations[count] = i;
		count++;
	}
	cmd->rule_cnt = count;
	cmd->data = SIMNIC_RULES;
	if (!locations && !port->rules_need_location)
		cmd->data |= RX_CLS_LOC_SPECIAL;
	return 0;
}

static int simnic_get_rule(struct simnic_port *port, struct ethtool_rxnfc *cmd)
{
	const struct simnic_rule *rule;

	if (cmd->fs.location >= SIMNIC_RULES || !port->rules[cmd->fs.location].used)
		return -ENOENT;
	rule = &port->rules[cmd->fs.location];
	cmd->fs = rule->fs;
	cmd->rss_context = rule->rss_context;
	return 0;
}

int simnic_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *cmd, u32 *locations)
{
	struct simnic_port *port = netdev_priv(dev);

	switch (cmd->cmd) {
	case ETHTOOL_GRXCLSRLCNT:
		return simnic_list_rules(port, cmd, NULL);
	case ETHTOOL_GRXCLSRLALL:
		return simnic_list_rules(port, cmd, locations);
	case ETHTOOL_GRXCLSRULE:
		return simnic_get_rule(port, cmd);
	default:
		return -EOPNOTSUPP;
	}
}
