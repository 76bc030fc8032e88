// SPDX-License-Identifier: GPL-2.0
/*
 * Switches, in /sys/kernel/debug/gvnic/<PCI function>/, that make a NIC fail:
 *
 *   fail/<command>   a number from errno.h: the admin command fails so that the driver reports this error; 0: it works
 *   after/<command>  how many times it works before it fails
 *   slow/<command>   milliseconds that it takes
 *   link             N: no link
 *   lose             how many of the frames that come next are lost
 *   corrupt          how many of those with data arrive with a wrong bit
 *   reset            written to: the NIC asks the driver for a reset
 *   received/<queue>  packets that came through the queue since the module was loaded, also before the driver has made
 *                    the queue anew, which it does at each bind
 *   state            read: the queues and what came through them, the flow rules
 *
 * The commands are listed in gvnic_operations, below.
 */
#include <linux/seq_file.h>

#include "gvnic.h"

static const char *const gvnic_operations[GVNIC_OPERATIONS] = {
	[GVNIC_DESCRIBE] = "describe",	   [GVNIC_RESOURCES] = "resources",	[GVNIC_CREATE_RX] = "create_rx",
	[GVNIC_CREATE_TX] = "create_tx",   [GVNIC_DESTROY_RX] = "destroy_rx",	[GVNIC_DESTROY_TX] = "destroy_tx",
	[GVNIC_SET_RSS] = "rss",	   [GVNIC_RULE_INSERT] = "rule_insert", [GVNIC_RULE_DELETE] = "rule_delete",
	[GVNIC_RULE_QUERY] = "rule_query",
};

/* The status that the driver reports as this error. */
static u32 status_for(u32 error)
{
	switch (error) {
	case EAGAIN:
		return GVE_ADMINQ_COMMAND_ERROR_UNAVAILABLE;
	case ETIME:
		return GVE_ADMINQ_COMMAND_ERROR_DEADLINE_EXCEEDED;
	case EACCES:
		return GVE_ADMINQ_COMMAND_ERROR_PERMISSION_DENIED;
	case ENOMEM:
		return GVE_ADMINQ_COMMAND_ERROR_RESOURCE_EXHAUSTED;
	case EOPNOTSUPP:
		return GVE_ADMINQ_COMMAND_ERROR_UNIMPLEMENTED;
	default: /* EINVAL; the driver knows no other */
		return GVE_ADMINQ_COMMAND_ERROR_INTERNAL_ERROR;
	}
}

/* To be called before a command is executed. Returns the status that it is to have. */
u32 gvnic_attempt(struct gvnic *nic, enum gvnic_operation operation)
{
	struct gvnic_trouble *trouble;

	if (operation >= GVNIC_OPERATIONS)
		return GVE_ADMINQ_COMMAND_PASSED;
	trouble = &nic->trouble[operation];
	if (!trouble->fail)
		return GVE_ADMINQ_COMMAND_PASSED;
	if (trouble->after) {
		trouble->after--;
		return GVE_ADMINQ_COMMAND_PASSED;
	}
	return status_for(trouble->fail);
}

/* Sets or clears a bit of the device's status, and tells the driver. */
static void change_status(struct gvnic *nic, u32 bit, bool set)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&gvnic_lock, flags);
	if (bit == GVE_DEVICE_STATUS_LINK_STATUS_MASK)
		nic->link = set;
	nic->device_status = set ? nic->device_status | bit : nic->device_status & ~bit;
	gvnic_management_event(nic);
	raw_spin_unlock_irqrestore(&gvnic_lock, flags);
	gvnic_fire();
}

static int link_get(void *nic, u64 *value)
{
	*value = ((struct gvnic *)nic)->link;
	return 0;
}

static int link_set(void *nic, u64 value)
{
	change_status(nic, GVE_DEVICE_STATUS_LINK_STATUS_MASK, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(link_fops, link_get, link_set, "%llu\n");

static int reset_set(void *nic, u64 value)
{
	change_status(nic, GVE_DEVICE_STATUS_RESET_MASK, true);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(reset_fops, NULL, reset_set, "%llu\n");

static int state_show(struct seq_file *file, void *unused)
{
	const struct gvnic *nic = file->private;

	for (u32 i = 0; i < nic->queues; i++) {
		const struct gvnic_rx_queue *rx = &nic->rx[i];

		if (nic->tx[i].on)
			seq_printf(file, "tx%u: %llu packets\n", i, nic->tx[i].packets);
		if (rx->on)
			seq_printf(file,
				   "rx%u: %llu packets, %llu of them split, %llu with wrong checksums; %llu found no "
				   "buffers; "
				   "%u buffers of %u bytes, headers of %u%s\n",
				   i, rx->packets, rx->split, rx->bad_checksums, rx->no_buffers, rx->size,
				   rx->buffer_size, rx->header_size, rx->joins ? ", segments joined" : "");
	}
	for (u32 i = 0; i < GVNIC_RULES; i++)
		if (nic->rules[i].used)
			seq_printf(file, "rule %u: to rx%u\n", i, be16_to_cpu(nic->rules[i].rule.action));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

static void create_switches(struct gvnic *nic, struct dentry *root)
{
	struct dentry *directory = debugfs_create_dir(nic->name, root);
	struct dentry *fail = debugfs_create_dir("fail", directory);
	struct dentry *after = debugfs_create_dir("after", directory);
	struct dentry *slow = debugfs_create_dir("slow", directory);
	struct dentry *received = debugfs_create_dir("received", directory);

	for (int i = 0; i < GVNIC_OPERATIONS; i++) {
		debugfs_create_u32(gvnic_operations[i], 0600, fail, &nic->trouble[i].fail);
		debugfs_create_u32(gvnic_operations[i], 0600, after, &nic->trouble[i].after);
		debugfs_create_u32(gvnic_operations[i], 0600, slow, &nic->trouble[i].slow);
	}
	for (u32 i = 0; i < nic->queues; i++) {
		char queue[4];

		snprintf(queue, sizeof(queue), "%u", i);
		debugfs_create_u64(queue, 0400, received, &nic->received[i]);
	}
	debugfs_create_u32("lose", 0600, directory, &nic->lose);
	debugfs_create_u32("corrupt", 0600, directory, &nic->corrupt);
	debugfs_create_file("link", 0600, directory, nic, &link_fops);
	debugfs_create_file("reset", 0200, directory, nic, &reset_fops);
	debugfs_create_file("state", 0400, directory, nic, &state_fops);
}

void gvnic_debugfs_init(void)
{
	struct dentry *root = debugfs_create_dir("gvnic", NULL);

	for (int i = 0; i < GVNIC_DEVICES; i++)
		create_switches(&gvnic_devices[i], root);
}
