// SPDX-License-Identifier: GPL-2.0
/*
 * The admin queue: a page of commands of 64 bytes, written by the driver and executed in order. Each command's status
 * is written into it.
 */
#include "gvnic.h"

static u32 execute(struct gvnic *nic, const union gve_adminq_command *command)
{
	switch (be32_to_cpu(command->opcode)) {
	case GVE_ADMINQ_DESCRIBE_DEVICE:
		return gvnic_describe(nic, &command->describe_device);
	case GVE_ADMINQ_CONFIGURE_DEVICE_RESOURCES:
		return gvnic_set_resources(nic, &command->configure_device_resources);
	case GVE_ADMINQ_DECONFIGURE_DEVICE_RESOURCES:
		nic->notify_blocks = 0;
		nic->counters = 0;
		nic->report = 0;
		return GVE_ADMINQ_COMMAND_PASSED;
	case GVE_ADMINQ_CREATE_TX_QUEUE:
		return gvnic_create_tx(nic, &command->create_tx_queue);
	case GVE_ADMINQ_CREATE_RX_QUEUE:
		return gvnic_create_rx(nic, &command->create_rx_queue);
	case GVE_ADMINQ_DESTROY_TX_QUEUE:
		return gvnic_destroy_tx(nic, &command->destroy_tx_queue);
	case GVE_ADMINQ_DESTROY_RX_QUEUE:
		return gvnic_destroy_rx(nic, &command->destroy_rx_queue);
	case GVE_ADMINQ_CONFIGURE_RSS:
		return gvnic_set_rss(nic, &command->configure_rss);
	case GVE_ADMINQ_QUERY_RSS:
		return gvnic_query_rss(nic, &command->query_rss);
	case GVE_ADMINQ_QUERY_FLOW_RULES:
		return gvnic_query_rules(nic, &command->query_flow_rules);
	case GVE_ADMINQ_EXTENDED_COMMAND:
		return gvnic_extended(nic, &command->extended_command);
	case GVE_ADMINQ_REPORT_STATS:
		return gvnic_report_statistics(nic, &command->report_stats);
	case GVE_ADMINQ_REPORT_LINK_SPEED:
		return gvnic_link_speed(nic, &command->report_link_speed);
	case GVE_ADMINQ_GET_PTYPE_MAP:
		return gvnic_packet_types(nic, &command->get_ptype_map);
	case GVE_ADMINQ_REGISTER_PAGE_LIST: /* of the older format, whose frames go nowhere */
	case GVE_ADMINQ_UNREGISTER_PAGE_LIST:
	case GVE_ADMINQ_SET_DRIVER_PARAMETER: /* the MTU, which only the driver cares about */
	case GVE_ADMINQ_VERIFY_DRIVER_COMPATIBILITY:
		return GVE_ADMINQ_COMMAND_PASSED;
	default:
		return GVE_ADMINQ_COMMAND_ERROR_UNIMPLEMENTED;
	}
}

/* GVNIC_OPERATIONS if there is no switch for it. */
static enum gvnic_operation operation(struct gvnic *nic, const union gve_adminq_command *command)
{
	const struct gve_adminq_configure_flow_rule *rule;

	switch (be32_to_cpu(command->opcode)) {
	case GVE_ADMINQ_DESCRIBE_DEVICE:
		return GVNIC_DESCRIBE;
	case GVE_ADMINQ_CONFIGURE_DEVICE_RESOURCES:
		return GVNIC_RESOURCES;
	case GVE_ADMINQ_CREATE_TX_QUEUE:
		return GVNIC_CREATE_TX;
	case GVE_ADMINQ_CREATE_RX_QUEUE:
		return GVNIC_CREATE_RX;
	case GVE_ADMINQ_DESTROY_TX_QUEUE:
		return GVNIC_DESTROY_TX;
	case GVE_ADMINQ_DESTROY_RX_QUEUE:
		return GVNIC_DESTROY_RX;
	case GVE_ADMINQ_CONFIGURE_RSS:
		return GVNIC_SET_RSS;
	case GVE_ADMINQ_QUERY_FLOW_RULES:
		return GVNIC_RULE_QUERY;
	case GVE_ADMINQ_EXTENDED_COMMAND:
		rule = gvnic_dma(nic, be64_to_cpu(command->extended_command.inner_command_addr), sizeof(*rule));
		if (!rule)
			return GVNIC_OPERATIONS;
		return be16_to_cpu(rule->opcode) == GVE_FLOW_RULE_CFG_ADD ? GVNIC_RULE_INSERT : GVNIC_RULE_DELETE;
	default:
		return GVNIC_OPERATIONS;
	}
}

static union gve_adminq_command *command_at(struct gvnic *nic, u32 number)
{
	union gve_adminq_command *page = gvnic_dma(nic, nic->admin_queue, GVE_ADMINQ_BUFFER_SIZE);

	return page ? page + number % (GVE_ADMINQ_BUFFER_SIZE / sizeof(*page)) : NULL;
}

/* Executes commands until so many have ever been executed. */
void gvnic_execute(struct gvnic *nic, u32 upto)
{
	while (nic->commands != upto) {
		union gve_adminq_command *command = command_at(nic, nic->commands);
		u32 status;

		if (!command)
			return;
		status = gvnic_attempt(nic, operation(nic, command));
		if (status == GVE_ADMINQ_COMMAND_PASSED)
			status = execute(nic, command);
		WRITE_ONCE(command->status, cpu_to_be32(status));
		smp_wmb(); /* the status before the counter */
		nic->commands++;
	}
}

/* Milliseconds that the next commands are to take, before they are executed; see gvnic_debugfs.c. */
u32 gvnic_slowness(struct gvnic *nic, u32 upto)
{
	u32 slowness = 0;

	for (u32 number = nic->commands; number != upto; number++) {
		union gve_adminq_command *command = command_at(nic, number);
		enum gvnic_operation which = command ? operation(nic, command) : GVNIC_OPERATIONS;

		if (which < GVNIC_OPERATIONS)
			slowness += nic->trouble[which].slow;
	}
	return slowness;
}
