// SPDX-License-Identifier: GPL-2.0
/*
 * NICs and their ports. Module parameters say how many there are; a NIC is a platform device, so that
 *
 *   echo simnic.0 > /sys/bus/platform/drivers/simnic/unbind        (or bind)
 *
 * unplugs it and plugs it in again. Ports are named p1 and p2 (phys_port_name).
 */
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>

#include "simnic.h"

#define MAX_NICS 8

static unsigned int nics = 1;
module_param(nics, uint, 0444);
MODULE_PARM_DESC(nics, "NICs, each with two ports that are wired to each other (1 to 8)");

static unsigned int queues = 8;
module_param(queues, uint, 0444);
MODULE_PARM_DESC(queues, "queues of each port, for receiving and for sending (1 to 64)");

static struct platform_device *devices[MAX_NICS];

/* The link is there while both ports are up and neither has lost it. Under rtnl, so that none of this changes
 * meanwhile. */
void simnic_update_carrier(struct simnic_port *port)
{
	bool up = netif_running(port->dev) && netif_running(port->peer->dev) && port->link && port->peer->link;
	struct net_device *ends[] = { port->dev, port->peer->dev };

	for (int i = 0; i < ARRAY_SIZE(ends); i++) {
		if (up)
			netif_carrier_on(ends[i]);
		else
			netif_carrier_off(ends[i]);
	}
}

/* Ports are removed in pairs, which takes the locks of both; and the lock of a netkit is held when that of its NIC is
 * taken. */
static int simnic_init_locks(struct net_device *dev)
{
	netdev_lockdep_set_classes(dev);
	return 0;
}

static int simnic_open(struct net_device *dev)
{
	struct simnic_port *port = netdev_priv(dev);
	int err = simnic_queues_start(port, 0, dev->real_num_rx_queues);

	if (err)
		return err;
	simnic_update_carrier(port);
	return 0;
}

static int simnic_stop(struct net_device *dev)
{
	struct simnic_port *port = netdev_priv(dev);

	netif_carrier_off(dev);
	netif_carrier_off(port->peer->dev);
	simnic_queues_stop(port, 0, dev->real_num_rx_queues);
	return 0;
}

static netdev_features_t simnic_fix_features(struct net_device *dev, netdev_features_t features)
{
	struct simnic_port *port = netdev_priv(dev);

	if (port->lacks.rules)
		return features & ~NETIF_F_NTUPLE;
	return port->rules_always_on ? features | NETIF_F_NTUPLE : features;
}

static int simnic_set_features(struct net_device *dev, netdev_features_t features)
{
	struct simnic_port *port = netdev_priv(dev);
	int err = simnic_attempt(port, SIMNIC_FEATURES);

	if (err)
		return err;
	if (port->split_needs_gro_hw && port->split && !(features & NETIF_F_GRO_HW))
		return -EBUSY;
	if (!(features & NETIF_F_NTUPLE))
		simnic_rules_clear(port);
	return 0;
}

static int simnic_get_phys_port_name(struct net_device *dev, char *name, size_t size)
{
	struct simnic_port *port = netdev_priv(dev);

	return snprintf(name, size, "p%u", port->number) >= size ? -EINVAL : 0;
}

static const struct net_device_ops simnic_netdev_ops = {
	.ndo_init = simnic_init_locks,
	.ndo_open = simnic_open,
	.ndo_stop = simnic_stop,
	.ndo_start_xmit = simnic_start_xmit,
	.ndo_get_stats64 = simnic_get_stats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_fix_features = simnic_fix_features,
	.ndo_set_features = simnic_set_features,
	.ndo_change_mtu = simnic_change_mtu,
	.ndo_bpf = simnic_bpf,
	.ndo_xdp_xmit = simnic_xdp_xmit,
	.ndo_xsk_wakeup = simnic_xsk_wakeup,
	.ndo_get_phys_port_name = simnic_get_phys_port_name,
};

/* Locally administered, and the same each time. */
static void simnic_set_address(struct net_device *dev, unsigned int nic, unsigned int number)
{
	const u8 address[ETH_ALEN] = { 0x02, 's', 'n', 0, nic, number };

	eth_hw_addr_set(dev, address);
}

static struct simnic_port *simnic_port_create(struct platform_device *nic, unsigned int number)
{
	struct net_device *dev = alloc_etherdev_mqs(sizeof(struct simnic_port), queues, queues);
	struct simnic_port *port;

	if (!dev)
		return NULL;
	SET_NETDEV_DEV(dev, &nic->dev);
	simnic_set_address(dev, nic->id, number);
	dev->netdev_ops = &simnic_netdev_ops;
	dev->queue_mgmt_ops = &simnic_queue_mgmt_ops;
	dev->stat_ops = &simnic_stat_ops;
	dev->max_mtu = 9216;
	dev->netmem_tx = NETMEM_TX_DMA;
	dev->hw_features =
		NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_RXCSUM | NETIF_F_RXHASH | NETIF_F_NTUPLE | NETIF_F_GRO_HW;
	dev->features = (dev->hw_features & ~NETIF_F_GRO_HW) | NETIF_F_HIGHDMA;
	netif_carrier_off(dev);

	port = netdev_priv(dev);
	port->dev = dev;
	port->parent = &nic->dev;
	port->number = number;
	port->link = true;
	dev->xdp_features = SIMNIC_XDP_FEATURES;
	port->ethtool_ops = simnic_ethtool_ops;
	dev->ethtool_ops = &port->ethtool_ops;
	port->ring_size = 1024;
	/* As many drivers do: small packets are not worth a split. */
	port->hds_thresh = dev->cfg->hds_thresh = 256;
	spin_lock_init(&port->steering_lock);
	simnic_rss_init(port);
	if (simnic_queues_create(port)) {
		free_netdev(dev);
		return NULL;
	}
	return port;
}

static void simnic_port_destroy(struct simnic_port *port)
{
	if (!port)
		return;
	simnic_queues_destroy(port);
	free_netdev(port->dev);
}

static int simnic_probe(struct platform_device *nic)
{
	struct simnic_port *port[SIMNIC_PORTS];
	int err = -ENOMEM;

	dma_set_max_seg_size(&nic->dev, UINT_MAX);
	port[0] = simnic_port_create(nic, 1);
	port[1] = simnic_port_create(nic, 2);
	if (!port[0] || !port[1])
		goto destroy;
	port[0]->peer = port[1];
	port[1]->peer = port[0];
	err = register_netdev(port[0]->dev);
	if (err)
		goto destroy;
	err = register_netdev(port[1]->dev);
	if (err)
		goto unregister;
	port[0]->debugfs = simnic_debugfs_create(port[0]);
	platform_set_drvdata(nic, port[0]);
	/*
	 * For good: in User-Mode Linux page pools cannot keep track of what they have mapped (PP_DMA_INDEX_BITS is 0),
	 * so a page that somebody holds while the NIC goes is unmapped from this device when it comes back.
	 */
	get_device(&nic->dev);
	return 0;

unregister:
	unregister_netdev(port[0]->dev);
destroy:
	simnic_port_destroy(port[0]);
	simnic_port_destroy(port[1]);
	return err;
}

static void simnic_remove(struct platform_device *nic)
{
	struct simnic_port *port = platform_get_drvdata(nic);
	struct simnic_port *peer = port->peer;
	LIST_HEAD(both);

	debugfs_remove(port->debugfs);
	/* Neither may send any more before the memory of the other goes. */
	rtnl_lock();
	/* The kernel removes the contexts, also those that were made before a switch took this ability away. */
	port->ethtool_ops = peer->ethtool_ops = simnic_ethtool_ops;
	unregister_netdevice_queue(port->dev, &both);
	unregister_netdevice_queue(peer->dev, &both);
	unregister_netdevice_many(&both);
	rtnl_unlock();
	simnic_port_destroy(port);
	simnic_port_destroy(peer);
}

static struct platform_driver simnic_driver = {
	.probe = simnic_probe,
	.remove = simnic_remove,
	.driver.name = "simnic",
};

static void simnic_exit(void)
{
	for (unsigned int i = 0; i < nics; i++)
		platform_device_unregister(devices[i]);
	platform_driver_unregister(&simnic_driver);
	simnic_debugfs_exit();
}

static int __init simnic_init(void)
{
	int err;

	if (nics < 1 || nics > MAX_NICS || queues < 1 || queues > SIMNIC_MAX_QUEUES) {
		pr_err("simnic: nics=%u must be 1 to %u, queues=%u must be 1 to %u\n", nics, MAX_NICS, queues,
		       SIMNIC_MAX_QUEUES);
		return -EINVAL;
	}
	simnic_debugfs_init();
	err = platform_driver_register(&simnic_driver);
	if (err) {
		simnic_debugfs_exit();
		return err;
	}
	for (unsigned int i = 0; i < nics; i++) {
		struct platform_device_info info = {
			.name = "simnic",
			.id = i,
			.dma_mask = DMA_BIT_MASK(64),
		};

		devices[i] = platform_device_register_full(&info);
		if (IS_ERR(devices[i])) {
			err = PTR_ERR(devices[i]);
			devices[i] = NULL; /* for which unregistering does nothing, as for those after it */
			simnic_exit();
			return err;
		}
	}
	return 0;
}

module_init(simnic_init);
module_exit(simnic_exit);

MODULE_DESCRIPTION("A simulated NIC that receives zero-copy");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("NETDEV_INTERNAL"); /* netdev_rx_queue_restart() */
