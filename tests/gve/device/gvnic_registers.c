// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of BAR 0, which are big-endian, and the doorbells of BAR 2.
 */
#include "gvnic.h"

#define AT(member) offsetof(struct gve_registers, member)

/* As after power-on, and whenever the driver asks for it. */
void gvnic_reset(struct gvnic *nic)
{
	nic->device_status = nic->link ? GVE_DEVICE_STATUS_LINK_STATUS_MASK : 0;
	nic->commands = 0;
	nic->admin_queue = 0;
	nic->notify_blocks = 0;
	nic->counters = 0;
	nic->report = 0;
	memset(nic->vectors, 0, sizeof(nic->vectors));
	memset(nic->tx, 0, sizeof(nic->tx));
	memset(nic->rx, 0, sizeof(nic->rx));
	memset(nic->rules, 0, sizeof(nic->rules));
	nic->fire = 0;
	gvnic_rss_init(nic);
}

void gvnic_register_read(struct gvnic *nic, unsigned int offset, int size, void *value)
{
	const struct gve_registers registers = {
		.device_status = cpu_to_be32(nic->device_status),
		.driver_status = cpu_to_be32(nic->driver_status),
		.max_tx_queues = cpu_to_be32(nic->queues),
		.max_rx_queues = cpu_to_be32(nic->queues),
		.adminq_event_counter = cpu_to_be32(nic->commands),
		.adminq_base_address_hi = cpu_to_be32(upper_32_bits(nic->admin_queue)),
		.adminq_base_address_lo = cpu_to_be32(lower_32_bits(nic->admin_queue)),
	};

	if (offset + size <= sizeof(registers))
		memcpy(value, (const u8 *)&registers + offset, size);
}

static void set_driver_status(struct gvnic *nic, u32 status)
{
	nic->driver_status = status;
	if (status & GVE_DRIVER_STATUS_RESET_MASK) {
		gvnic_reset(nic);
		nic->device_status |= GVE_DEVICE_STATUS_DEVICE_IS_RESET;
	}
	if (status & GVE_DRIVER_STATUS_RUN_MASK)
		nic->device_status &= ~GVE_DEVICE_STATUS_DEVICE_IS_RESET;
}

void gvnic_register_write(struct gvnic *nic, unsigned int offset, int size, const void *value)
{
	u32 number;

	if (size != 4)
		return; /* the driver's version, and the admin queue's length, which is always a page */
	number = get_unaligned_be32(value);
	switch (offset) {
	case AT(driver_status):
		set_driver_status(nic, number);
		break;
	case AT(adminq_doorbell):
		gvnic_execute(nic, number);
		break;
	case AT(adminq_base_address_hi):
		nic->admin_queue = (u64)number << 32 | lower_32_bits(nic->admin_queue);
		break;
	case AT(adminq_base_address_lo):
		nic->admin_queue = (nic->admin_queue & ~(u64)U32_MAX) | number;
		break;
	}
}

/* In the older format a transmit doorbell tells how many descriptors were ever posted, and a counter in the driver's
 * memory how many of them were ever sent. Here they are sent nowhere.
 */
static void older_doorbell(struct gvnic *nic, unsigned int doorbell, u32 value)
{
	u32 queue = doorbell - GVNIC_DOORBELL_TX;
	__be32 *counters;

	if (doorbell < GVNIC_DOORBELL_TX) {
		if (!(value & GVE_IRQ_MASK))
			gvnic_arm(nic, doorbell - GVNIC_DOORBELL_IRQ);
		return;
	}
	if (queue >= GVNIC_QUEUES || !nic->tx[queue].on || queue >= nic->counters_size)
		return;
	counters = gvnic_dma(nic, nic->counters, nic->counters_size * sizeof(*counters));
	if (!counters)
		return;
	WRITE_ONCE(counters[queue], cpu_to_be32(value));
	gvnic_event(nic, nic->tx[queue].vector, 1);
}

void gvnic_doorbell(struct gvnic *nic, unsigned int offset, int size, const void *value)
{
	unsigned int doorbell = offset / 4;
	u32 number;

	if (size != 4)
		return;
	if (nic->older_format) {
		older_doorbell(nic, doorbell, get_unaligned_be32(value));
		return;
	}
	number = get_unaligned_le32(value);
	if (doorbell < GVNIC_DOORBELL_TX) {
		if (number & GVE_ITR_ENABLE_BIT_DQO)
			gvnic_arm(nic, doorbell - GVNIC_DOORBELL_IRQ);
	} else if (doorbell < GVNIC_DOORBELL_RX) {
		if (doorbell - GVNIC_DOORBELL_TX < GVNIC_QUEUES)
			gvnic_transmit(nic, doorbell - GVNIC_DOORBELL_TX, number);
	} else if (doorbell - GVNIC_DOORBELL_RX < GVNIC_QUEUES) {
		struct gvnic_rx_queue *queue = &nic->rx[doorbell - GVNIC_DOORBELL_RX];

		if (queue->on)
			queue->tail = number & (queue->size - 1);
	}
}
