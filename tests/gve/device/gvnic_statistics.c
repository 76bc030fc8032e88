// SPDX-License-Identifier: GPL-2.0
/*
 * The NIC's own statistics, written into the driver's memory every few seconds, behind the driver's. `ethtool -S` shows
 * them with the names rx_queue_drop_cnt, rx_no_buffers_posted, rx_drops_packet_over_mru and rx_drops_invalid_checksum.
 */
#include "gvnic.h"

static struct stats entry(enum gve_stat_names name, u32 queue, u64 value)
{
	return (struct stats){ cpu_to_be32(name), cpu_to_be32(queue), cpu_to_be64(value) };
}

static void write_report(struct gvnic *nic)
{
	struct gve_stats_report *report = gvnic_dma(nic, nic->report, nic->report_size);
	u32 room = (nic->report_size - sizeof(*report)) / sizeof(struct stats), running = 0;
	struct stats *to;

	for (u32 i = 0; i < nic->queues; i++)
		running += nic->rx[i].on;
	if (!report || room < NIC_RX_STATS_REPORT_NUM * running)
		return;
	to = report->stats + room - NIC_RX_STATS_REPORT_NUM * running; /* at the end */
	for (u32 i = 0; i < nic->queues; i++) {
		const struct gvnic_rx_queue *queue = &nic->rx[i];

		if (!queue->on)
			continue;
		*to++ = entry(RX_QUEUE_DROP_CNT, i, queue->no_buffers);
		*to++ = entry(RX_NO_BUFFERS_POSTED, i, queue->no_buffers);
		*to++ = entry(RX_DROPS_PACKET_OVER_MRU, i, 0);
		*to++ = entry(RX_DROPS_INVALID_CHECKSUM, i, 0);
	}
}

static void report_now(struct work_struct *work)
{
	struct gvnic *nic = container_of(to_delayed_work(work), struct gvnic, report_later);
	unsigned long flags;
	u32 again = 0;

	raw_spin_lock_irqsave(&gvnic_lock, flags);
	if (nic->report) {
		write_report(nic);
		again = nic->report_interval;
	}
	raw_spin_unlock_irqrestore(&gvnic_lock, flags);
	if (again)
		schedule_delayed_work(&nic->report_later, msecs_to_jiffies(again));
}

void gvnic_statistics_init(struct gvnic *nic)
{
	INIT_DELAYED_WORK(&nic->report_later, report_now);
}

/* An address of 0 ends it. */
u32 gvnic_report_statistics(struct gvnic *nic, const struct gve_adminq_report_stats *command)
{
	u64 size = be64_to_cpu(command->stats_report_len);

	nic->report = 0;
	if (size < sizeof(struct gve_stats_report) || size > SZ_1M)
		return size ? GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT : GVE_ADMINQ_COMMAND_PASSED;
	nic->report = be64_to_cpu(command->stats_report_addr);
	nic->report_size = size;
	/* More often than the driver asks for, so that nobody has to wait for it. */
	nic->report_interval = max_t(u64, be64_to_cpu(command->interval) / 20, 1);
	if (nic->report)
		schedule_delayed_work(&nic->report_later, msecs_to_jiffies(nic->report_interval));
	return GVE_ADMINQ_COMMAND_PASSED;
}
