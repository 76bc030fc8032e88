// SPDX-License-Identifier: GPL-2.0
/*
 * Switches that make a port behave like a worse NIC, in /sys/kernel/debug/simnic/<device>/<port>/:
 *
 *   fail/<operation>         a number from errno.h: the operation fails with it; 0: it works
 *   after/<operation>        how many times it works before it fails
 *   slow/<operation>         milliseconds that it takes before anything else
 *   lacks/rss                Y: no RSS table, as in a NIC that does not have one; likewise
 *   lacks/contexts             no RSS contexts but the default one
 *   lacks/rules                no flow rules, no ntuple filters
 *   lacks/split                no header split
 *   lacks/threshold            no threshold for header split, as in gve
 *   lacks/xsk                  no AF_XDP without copies, as in bnxt and fbnic
 *   lacks/restarts             no queue can be restarted alone, so none can be bound, as in bnxt with older firmware
 *   split_reads_on           Y: header split reads as on although nobody has set it, as in fbnic
 *   split_stays_on           Y: header split cannot be switched off, as in bnxt and fbnic
 *   separate_channels        Y: rx and tx channels in place of combined ones, as in gve
 *   counters_restart         Y: a queue's counters begin at 0 whenever its memory changes hands, as in gve
 *   xdp_needs_whole_packets  Y: no XDP program while header split or rx-gro-hw is on, as in gve
 *   xdp_needs_half_channels  Y: no XDP program unless tx channels = rx channels <= half of the most, as in gve
 *   xdp_says_nothing         Y: a program is refused by EINVAL, without a word, as in mlx5
 *   split_needs_gro_hw       Y: header split can only be on while rx-gro-hw is, as in mlx5
 *   rules_need_location      Y: the driver does not choose the locations of rules, as in mlx5 and gve
 *   rules_take_no_location   Y: the driver chooses all of them, as in bnxt and fbnic
 *   rules_always_on          Y: ntuple filters cannot be switched off, as in fbnic
 *   link                     N: no carrier
 *
 * The operations are listed in simnic_operations, below. To make `memory` fail is to ask for a warning of the kernel
 * when a memory provider leaves: it takes for granted that a queue gets its own memory back.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>

#include "simnic.h"

static const char *const simnic_operations[SIMNIC_OPERATIONS] = {
	[SIMNIC_CHANNELS] = "channels",
	[SIMNIC_RINGS] = "rings",
	[SIMNIC_FEATURES] = "features",
	[SIMNIC_RSS] = "rss",
	[SIMNIC_CONTEXT_CREATE] = "context_create",
	[SIMNIC_CONTEXT_MODIFY] = "context_modify",
	[SIMNIC_CONTEXT_REMOVE] = "context_remove",
	[SIMNIC_RULE_INSERT] = "rule_insert",
	[SIMNIC_RULE_DELETE] = "rule_delete",
	[SIMNIC_MEMORY] = "memory",
};

static struct dentry *root;

/* To be called first by each operation, under the port's lock; it may sleep. */
int simnic_attempt(struct simnic_port *port, enum simnic_operation operation)
{
	struct simnic_trouble *trouble = &port->trouble[operation];

	if (trouble->slow)
		msleep(trouble->slow);
	if (!trouble->fail)
		return 0;
	if (trouble->after) {
		trouble->after--;
		return 0;
	}
	return -(int)min_t(u32, trouble->fail, MAX_ERRNO);
}

/* What a driver does not have is a null pointer in its operations, or a bit that is not set in its features. */
static void simnic_apply_lacks(struct simnic_port *port)
{
	struct ethtool_ops *ops = &port->ethtool_ops;
	struct net_device *dev = port->dev;

	*ops = simnic_ethtool_ops;
	dev->queue_mgmt_ops = port->lacks.restarts ? &simnic_no_queue_mgmt_ops : &simnic_queue_mgmt_ops;
	if (port->lacks.split) {
		ops->supported_ring_params = 0;
		dev->cfg->hds_config = ETHTOOL_TCP_DATA_SPLIT_UNKNOWN;
		WRITE_ONCE(port->split, false);
	}
	if (port->lacks.threshold) {
		ops->supported_ring_params &= ~ETHTOOL_RING_USE_HDS_THRS;
		dev->cfg->hds_thresh = 0;
		WRITE_ONCE(port->hds_thresh, 0);
	}
	if (port->lacks.rss) {
		ops->get_rxfh_key_size = ops->get_rxfh_indir_size = NULL;
		ops->get_rxfh = NULL;
		ops->set_rxfh = NULL;
		ops->get_rxfh_fields = NULL;
	}
	if (port->lacks.rss || port->lacks.contexts) {
		ops->create_rxfh_context = NULL;
		ops->modify_rxfh_context = NULL;
		ops->remove_rxfh_context = NULL;
	}
	if (port->lacks.rules) {
		ops->get_rxnfc = NULL;
		ops->set_rxnfc = NULL;
	}
	if (port->lacks.rules || port->rules_always_on)
		dev->hw_features &= ~NETIF_F_NTUPLE;
	else
		dev->hw_features |= NETIF_F_NTUPLE;
	simnic_xdp_announce(port);
	/* See simnic_fix_features(). */
	netdev_update_features(dev);
}

/* A switch that something has to be done for. Its value is one of the port's bools. */
struct simnic_switch {
	size_t offset;
	void (*apply)(struct simnic_port *port);
};

static ssize_t simnic_switch_write(struct file *file, const char __user *text, size_t length, loff_t *position)
{
	const struct simnic_switch *change = debugfs_get_aux(file);
	struct simnic_port *port = file->private_data;
	bool value;
	int err = kstrtobool_from_user(text, length, &value);

	if (err)
		return err;
	rtnl_lock();
	netdev_lock(port->dev);
	*(bool *)((void *)port + change->offset) = value;
	change->apply(port);
	netdev_unlock(port->dev);
	rtnl_unlock();
	return length;
}

static ssize_t simnic_switch_read(struct file *file, char __user *text, size_t length, loff_t *position)
{
	const struct simnic_switch *change = debugfs_get_aux(file);
	const char *answer = *(bool *)(file->private_data + change->offset) ? "Y\n" : "N\n";

	return simple_read_from_buffer(text, length, position, answer, 2);
}

static const struct file_operations simnic_switch_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = simnic_switch_read,
	.write = simnic_switch_write,
};

static const struct simnic_switch lacks_rss = { offsetof(struct simnic_port, lacks.rss), simnic_apply_lacks };
static const struct simnic_switch lacks_contexts = { offsetof(struct simnic_port, lacks.contexts), simnic_apply_lacks };
static const struct simnic_switch lacks_rules = { offsetof(struct simnic_port, lacks.rules), simnic_apply_lacks };
static const struct simnic_switch lacks_split = { offsetof(struct simnic_port, lacks.split), simnic_apply_lacks };
static const struct simnic_switch lacks_threshold = { offsetof(struct simnic_port, lacks.threshold),
						      simnic_apply_lacks };
static const struct simnic_switch lacks_xsk = { offsetof(struct simnic_port, lacks.xsk), simnic_apply_lacks };
static const struct simnic_switch lacks_restarts = { offsetof(struct simnic_port, lacks.restarts), simnic_apply_lacks };
static const struct simnic_switch rules_always_on = { offsetof(struct simnic_port, rules_always_on),
						      simnic_apply_lacks };
static const struct simnic_switch link = { offsetof(struct simnic_port, link), simnic_update_carrier };

static void simnic_create_switch(struct simnic_port *port, const char *name, struct dentry *parent,
				 const struct simnic_switch *change)
{
	debugfs_create_file_aux(name, 0600, parent, port, change, &simnic_switch_fops);
}

static void simnic_create_troubles(struct simnic_port *port, struct dentry *directory)
{
	struct dentry *fail = debugfs_create_dir("fail", directory);
	struct dentry *after = debugfs_create_dir("after", directory);
	struct dentry *slow = debugfs_create_dir("slow", directory);

	for (int i = 0; i < SIMNIC_OPERATIONS; i++) {
		debugfs_create_u32(simnic_operations[i], 0600, fail, &port->trouble[i].fail);
		debugfs_create_u32(simnic_operations[i], 0600, after, &port->trouble[i].after);
		debugfs_create_u32(simnic_operations[i], 0600, slow, &port->trouble[i].slow);
	}
}

static void simnic_create_port(struct simnic_port *port, struct dentry *nic)
{
	const char name[] = { 'p', '0' + port->number, 0 };
	struct dentry *directory = debugfs_create_dir(name, nic);
	struct dentry *lacks = debugfs_create_dir("lacks", directory);

	simnic_create_troubles(port, directory);
	simnic_create_switch(port, "rss", lacks, &lacks_rss);
	simnic_create_switch(port, "contexts", lacks, &lacks_contexts);
	simnic_create_switch(port, "rules", lacks, &lacks_rules);
	simnic_create_switch(port, "split", lacks, &lacks_split);
	simnic_create_switch(port, "threshold", lacks, &lacks_threshold);
	simnic_create_switch(port, "xsk", lacks, &lacks_xsk);
	simnic_create_switch(port, "restarts", lacks, &lacks_restarts);
	simnic_create_switch(port, "rules_always_on", directory, &rules_always_on);
	simnic_create_switch(port, "link", directory, &link);
	debugfs_create_bool("split_needs_gro_hw", 0600, directory, &port->split_needs_gro_hw);
	debugfs_create_bool("split_reads_on", 0600, directory, &port->split_reads_on);
	debugfs_create_bool("split_stays_on", 0600, directory, &port->split_stays_on);
	debugfs_create_bool("separate_channels", 0600, directory, &port->separate_channels);
	debugfs_create_bool("counters_restart", 0600, directory, &port->counters_restart);
	debugfs_create_bool("xdp_needs_whole_packets", 0600, directory, &port->xdp_needs_whole_packets);
	debugfs_create_bool("xdp_needs_half_channels", 0600, directory, &port->xdp_needs_half_channels);
	debugfs_create_bool("xdp_says_nothing", 0600, directory, &port->xdp_says_nothing);
	debugfs_create_bool("rules_need_location", 0600, directory, &port->rules_need_location);
	debugfs_create_bool("rules_take_no_location", 0600, directory, &port->rules_take_no_location);
}

/* The switches of a NIC, both ports'; to be removed before the ports are. */
struct dentry *simnic_debugfs_create(struct simnic_port *port)
{
	struct dentry *nic = debugfs_create_dir(dev_name(port->parent), root);

	simnic_create_port(port, nic);
	simnic_create_port(port->peer, nic);
	return nic;
}

void simnic_debugfs_init(void)
{
	root = debugfs_create_dir("simnic", NULL);
}

void simnic_debugfs_exit(void)
{
	debugfs_remove(root);
}
