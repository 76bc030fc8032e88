// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that set up interrupts and queues. Each queue is told where its doorbell is.
 */
#include "gvnic.h"

static bool is_size(u32 size)
{
	return is_power_of_2(size);
}

/* The doorbell of each notify block, which is a queue's interrupt. */
u32 gvnic_set_resources(struct gvnic *nic, const struct gve_adminq_configure_device_resources *command)
{
	u32 count = be32_to_cpu(command->num_irq_dbs), stride = be32_to_cpu(command->irq_db_stride);
	u8 expected = nic->older_format ? GVE_GQI_QPL_FORMAT : GVE_DQO_RDA_FORMAT;
	u8 *doorbells;

	if (command->queue_format != expected || count > 2 * nic->queues)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	doorbells = gvnic_dma(nic, be64_to_cpu(command->irq_db_addr), (u64)count * stride);
	if (!doorbells)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	for (u32 i = 0; i < count; i++)
		put_unaligned_be32(GVNIC_DOORBELL_IRQ + i, doorbells + i * stride);
	nic->notify_blocks = count;
	nic->counters = be64_to_cpu(command->counter_array);
	nic->counters_size = be32_to_cpu(command->num_counters);
	return GVE_ADMINQ_COMMAND_PASSED;
}

static u32 tell(struct gvnic *nic, __be64 address, u32 doorbell, u32 counter)
{
	struct gve_queue_resources *resources = gvnic_dma(nic, be64_to_cpu(address), sizeof(*resources));

	if (!resources)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	resources->db_index = cpu_to_be32(doorbell);
	resources->counter_index = cpu_to_be32(counter);
	return GVE_ADMINQ_COMMAND_PASSED;
}

u32 gvnic_create_tx(struct gvnic *nic, const struct gve_adminq_create_tx_queue *command)
{
	u32 id = be32_to_cpu(command->queue_id);
	const struct gvnic_tx_queue queue = {
		.on = true,
		.vector = be32_to_cpu(command->ntfy_id),
		.ring = be64_to_cpu(command->tx_ring_addr),
		.completions = be64_to_cpu(command->tx_comp_ring_addr),
		.size = be16_to_cpu(command->tx_ring_size),
		.completions_size = be16_to_cpu(command->tx_comp_ring_size),
		.generation = true,
	};

	if (id >= nic->queues || queue.vector >= nic->notify_blocks)
		return GVE_ADMINQ_COMMAND_ERROR_OUT_OF_RANGE;
	if (nic->tx[id].on)
		return GVE_ADMINQ_COMMAND_ERROR_ALREADY_EXISTS;
	if (!nic->older_format && (!is_size(queue.size) || !is_size(queue.completions_size)))
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	nic->tx[id] = queue;
	return tell(nic, command->queue_resources_addr, GVNIC_DOORBELL_TX + id, id);
}

u32 gvnic_create_rx(struct gvnic *nic, const struct gve_adminq_create_rx_queue *command)
{
	u32 id = be32_to_cpu(command->queue_id);
	const struct gvnic_rx_queue queue = {
		.on = true,
		.vector = be32_to_cpu(command->ntfy_id),
		.completions = be64_to_cpu(command->rx_desc_ring_addr),
		.buffers = be64_to_cpu(command->rx_data_ring_addr),
		.completions_size = be16_to_cpu(command->rx_ring_size),
		.size = be16_to_cpu(command->rx_buff_ring_size),
		.buffer_size = be16_to_cpu(command->packet_buffer_size),
		.header_size = be16_to_cpu(command->header_buffer_size),
		.joins = command->enable_rsc,
		.generation = true,
	};

	if (id >= nic->queues || queue.vector >= nic->notify_blocks)
		return GVE_ADMINQ_COMMAND_ERROR_OUT_OF_RANGE;
	if (nic->rx[id].on)
		return GVE_ADMINQ_COMMAND_ERROR_ALREADY_EXISTS;
	if (!nic->older_format && (!is_size(queue.size) || !is_size(queue.completions_size) || !queue.buffer_size))
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	if (queue.header_size && !nic->header_split)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	nic->rx[id] = queue;
	return tell(nic, command->queue_resources_addr, GVNIC_DOORBELL_RX + id, GVNIC_QUEUES + id);
}

u32 gvnic_destroy_tx(struct gvnic *nic, const struct gve_adminq_destroy_tx_queue *command)
{
	u32 id = be32_to_cpu(command->queue_id);

	if (id >= nic->queues || !nic->tx[id].on)
		return GVE_ADMINQ_COMMAND_ERROR_NOT_FOUND;
	nic->tx[id].on = false;
	return GVE_ADMINQ_COMMAND_PASSED;
}

u32 gvnic_destroy_rx(struct gvnic *nic, const struct gve_adminq_destroy_rx_queue *command)
{
	u32 id = be32_to_cpu(command->queue_id);

	if (id >= nic->queues || !nic->rx[id].on)
		return GVE_ADMINQ_COMMAND_ERROR_NOT_FOUND;
	nic->rx[id].on = false;
	return GVE_ADMINQ_COMMAND_PASSED;
}
