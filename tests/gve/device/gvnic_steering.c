// SPDX-License-Identifier: GPL-2.0
/*
 * Which queue a frame goes to: that of the first flow rule that matches, or that of the RSS table. And the commands for
 * flow rules, of TCP and UDP over IPv4 and IPv6.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "gvnic.h"

static int flow_type(const struct gvnic_frame *frame)
{
	switch (frame->type) {
	case GVNIC_IPV4_TCP:
		return GVE_FLOW_TYPE_TCPV4;
	case GVNIC_IPV4_UDP:
		return GVE_FLOW_TYPE_UDPV4;
	case GVNIC_IPV6_TCP:
		return GVE_FLOW_TYPE_TCPV6;
	case GVNIC_IPV6_UDP:
		return GVE_FLOW_TYPE_UDPV6;
	default:
		return -1;
	}
}

/* The frame in the form in which rules are written. */
static struct gve_flow_spec spec_of(const struct gvnic_frame *frame)
{
	struct gve_flow_spec spec = {};

	if (gvnic_is_ipv6(frame)) {
		const struct ipv6hdr *ip = (const struct ipv6hdr *)frame->l3;

		memcpy(spec.src_ip, &ip->saddr, sizeof(ip->saddr));
		memcpy(spec.dst_ip, &ip->daddr, sizeof(ip->daddr));
	} else {
		const struct iphdr *ip = (const struct iphdr *)frame->l3;

		spec.src_ip[0] = ip->saddr;
		spec.dst_ip[0] = ip->daddr;
	}
	memcpy(&spec.src_port, frame->l4, 4); /* both ports */
	return spec;
}

static bool matches(const struct gve_flow_spec *packet, const struct gve_adminq_flow_rule *rule)
{
	const u8 *is = (const u8 *)packet, *key = (const u8 *)&rule->key, *mask = (const u8 *)&rule->mask;

	for (size_t i = 0; i < offsetof(struct gve_flow_spec, tos); i++)
		if ((is[i] ^ key[i]) & mask[i])
			return false;
	return true;
}

static int by_rule(struct gvnic *nic, const struct gvnic_frame *frame)
{
	int type = flow_type(frame);
	struct gve_flow_spec packet;

	if (type < 0)
		return -1;
	packet = spec_of(frame);
	for (int i = 0; i < GVNIC_RULES; i++) {
		const struct gve_adminq_flow_rule *rule = &nic->rules[i].rule;

		if (nic->rules[i].used && be16_to_cpu(rule->flow_type) == type && matches(&packet, rule))
			return be16_to_cpu(rule->action);
	}
	return -1;
}

/* The frame's queue, or GVNIC_DROP if it does not run. */
int gvnic_steer(struct gvnic *nic, const struct gvnic_frame *frame, u32 *hash)
{
	int queue = by_rule(nic, frame);

	*hash = frame->l3 ? gvnic_hash(nic, frame) : 0;
	if (queue < 0)
		queue = frame->l3 ? nic->rss_table[*hash % GVNIC_TABLE] : 0;
	return queue < nic->queues && nic->rx[queue].on ? queue : GVNIC_DROP;
}

static u32 add_rule(struct gvnic *nic, const struct gve_adminq_configure_flow_rule *command, u32 location)
{
	switch (be16_to_cpu(command->rule.flow_type)) {
	case GVE_FLOW_TYPE_TCPV4:
	case GVE_FLOW_TYPE_UDPV4:
	case GVE_FLOW_TYPE_TCPV6:
	case GVE_FLOW_TYPE_UDPV6:
		break;
	default:
		return GVE_ADMINQ_COMMAND_ERROR_UNIMPLEMENTED;
	}
	if (nic->rules[location].used)
		return GVE_ADMINQ_COMMAND_ERROR_ALREADY_EXISTS;
	nic->rules[location] = (struct gvnic_rule){ .used = true, .rule = command->rule };
	return GVE_ADMINQ_COMMAND_PASSED;
}

/* The only command that is too large for the admin queue. */
u32 gvnic_extended(struct gvnic *nic, const struct gve_adminq_extended_command *command)
{
	const struct gve_adminq_configure_flow_rule *rule;
	u32 location;

	if (be32_to_cpu(command->inner_opcode) != GVE_ADMINQ_CONFIGURE_FLOW_RULE)
		return GVE_ADMINQ_COMMAND_ERROR_UNIMPLEMENTED;
	if (be32_to_cpu(command->inner_length) != sizeof(*rule))
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	rule = gvnic_dma(nic, be64_to_cpu(command->inner_command_addr), sizeof(*rule));
	if (!rule)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	if (be16_to_cpu(rule->opcode) == GVE_FLOW_RULE_CFG_RESET) {
		memset(nic->rules, 0, sizeof(nic->rules));
		return GVE_ADMINQ_COMMAND_PASSED;
	}
	location = be32_to_cpu(rule->location);
	if (location >= GVNIC_RULES)
		return GVE_ADMINQ_COMMAND_ERROR_OUT_OF_RANGE;
	if (be16_to_cpu(rule->opcode) == GVE_FLOW_RULE_CFG_ADD)
		return add_rule(nic, rule, location);
	if (!nic->rules[location].used)
		return GVE_ADMINQ_COMMAND_ERROR_NOT_FOUND;
	nic->rules[location].used = false;
	return GVE_ADMINQ_COMMAND_PASSED;
}

static u32 number_of_rules(const struct gvnic *nic)
{
	u32 number = 0;

	for (int i = 0; i < GVNIC_RULES; i++)
		number += nic->rules[i].used;
	return number;
}

/* How many rules there are, which locations they have, or as many rules from one location on as there is room for. */
u32 gvnic_query_rules(struct gvnic *nic, const struct gve_adminq_query_flow_rules *command)
{
	u32 available = be64_to_cpu(command->available_length), length, size, queried = 0;
	u16 what = be16_to_cpu(command->opcode);
	struct gve_query_flow_rules_descriptor *descriptor;

	length = sizeof(*descriptor);
	if (available < length)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	descriptor = gvnic_dma(nic, be64_to_cpu(command->rule_descriptor_addr), available);
	if (!descriptor)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	size = what == GVE_FLOW_RULE_QUERY_RULES ? sizeof(struct gve_adminq_queried_flow_rule) : sizeof(__be32);
	for (u32 i = be32_to_cpu(command->starting_rule_id); i < GVNIC_RULES; i++) {
		struct gve_adminq_queried_flow_rule entry = { cpu_to_be32(i), nic->rules[i].rule };

		if (!nic->rules[i].used || what == GVE_FLOW_RULE_QUERY_STATS || length + size > available)
			continue;
		memcpy((u8 *)descriptor + length, &entry, size); /* the location comes first */
		length += size;
		queried++;
	}
	*descriptor = (struct gve_query_flow_rules_descriptor){
		.num_flow_rules = cpu_to_be32(number_of_rules(nic)),
		.max_flow_rules = cpu_to_be32(GVNIC_RULES),
		.num_queried_rules = cpu_to_be32(queried),
		.total_length = cpu_to_be32(length),
	};
	return GVE_ADMINQ_COMMAND_PASSED;
}
