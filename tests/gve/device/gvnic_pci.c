// SPDX-License-Identifier: GPL-2.0
/*
 * Two NICs as PCI functions of User-Mode Linux, 0000:01:00.0 and 0000:01:01.0, on a host bridge of their own. Reads and
 * writes of their memory come here by logic_iomem. DMA addresses are physical addresses.
 *
 * logic_iomem keeps its regions for ever, so this module cannot be unloaded. A NIC is unplugged by
 * /sys/bus/pci/devices/…/remove, and plugged in again by /sys/bus/pci/rescan.
 */
#include <linux/logic_iomem.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include "gvnic.h"

#define GVNIC_BUS 1

static unsigned int queues = 8, peer_queues = 8, start_queues, max_mtu = 9000;
static bool header_split = true, keeps_rss, older_format;

module_param(queues, uint, 0444);
MODULE_PARM_DESC(queues, "queue pairs of the first NIC, 1 to 16");
module_param(peer_queues, uint, 0444);
MODULE_PARM_DESC(peer_queues, "queue pairs of the second NIC, 1 to 16");
module_param(start_queues, uint, 0444);
MODULE_PARM_DESC(start_queues, "queue pairs that the first NIC begins with; 0: all");
module_param(max_mtu, uint, 0444);
MODULE_PARM_DESC(max_mtu, "largest MTU; both NICs begin with it");
module_param(header_split, bool, 0444);
MODULE_PARM_DESC(header_split, "whether the first NIC can split headers from data");
module_param(keeps_rss, bool, 0444);
MODULE_PARM_DESC(keeps_rss, "whether the first NIC tells the driver its RSS table");
module_param(older_format, bool, 0444);
MODULE_PARM_DESC(older_format, "whether the first NIC has only the older queue format, GQI");

struct gvnic gvnic_devices[GVNIC_DEVICES];
DEFINE_RAW_SPINLOCK(gvnic_lock);

static const char *const names[GVNIC_DEVICES] = { "0000:01:00.0", "0000:01:01.0" };
static const u32 bar_sizes[GVNIC_BARS] = { SZ_4K, SZ_4K, SZ_8K };

/* Memory of the driver's; NULL if there is none. */
void *gvnic_dma(struct gvnic *nic, u64 address, u64 size)
{
	if (address && size && pfn_valid(PHYS_PFN(address)) && pfn_valid(PHYS_PFN(address + size - 1)))
		return phys_to_virt(address);
	pr_warn_ratelimited("gvnic: %s: the driver has no memory at %llx+%llx\n", nic->name, address, size);
	return NULL;
}

/* A BAR of a NIC, as logic_iomem's private data. */
struct gvnic_bar {
	struct gvnic *nic;
	int number;
};

static struct gvnic_bar bars[GVNIC_DEVICES][GVNIC_BARS];

static void bar_copy_from(void *private, void *buffer, unsigned int offset, int size)
{
	struct gvnic_bar *bar = private;
	unsigned long flags;

	memset(buffer, 0, size);
	raw_spin_lock_irqsave(&gvnic_lock, flags);
	if (bar->number == 0)
		gvnic_register_read(bar->nic, offset, size, buffer);
	else if (bar->number == 1)
		gvnic_msix_read(bar->nic, offset, size, buffer);
	raw_spin_unlock_irqrestore(&gvnic_lock, flags);
}

static void bar_copy_to(void *private, unsigned int offset, const void *buffer, int size)
{
	struct gvnic_bar *bar = private;
	unsigned long flags;
	u32 slowness = 0;

	/* A slow command: the driver gives commands where it may sleep. */
	if (bar->number == 0 && offset == offsetof(struct gve_registers, adminq_doorbell) && size == 4)
		slowness = gvnic_slowness(bar->nic, get_unaligned_be32(buffer));
	if (slowness)
		msleep(slowness);

	raw_spin_lock_irqsave(&gvnic_lock, flags);
	if (bar->number == 0)
		gvnic_register_write(bar->nic, offset, size, buffer);
	else if (bar->number == 1)
		gvnic_msix_write(bar->nic, offset, size, buffer);
	else
		gvnic_doorbell(bar->nic, offset, size, buffer);
	raw_spin_unlock_irqrestore(&gvnic_lock, flags);
	gvnic_fire();
}

static unsigned long bar_read(void *private, unsigned int offset, int size)
{
	unsigned long value = 0;

	bar_copy_from(private, &value, offset, size);
	return value;
}

static void bar_write(void *private, unsigned int offset, int size, unsigned long value)
{
	bar_copy_to(private, offset, &value, size);
}

static const struct logic_iomem_ops bar_ops = {
	.read = bar_read,
	.write = bar_write,
	.copy_from = bar_copy_from,
	.copy_to = bar_copy_to,
};

static struct resource window = { .name = "gvnic", .start = 0x20000000, .end = 0x20ffffff, .flags = IORESOURCE_MEM };
static struct resource bus_numbers = { .name = "gvnic", .start = GVNIC_BUS, .end = GVNIC_BUS, .flags = IORESOURCE_BUS };

/* Where the kernel has put a BAR. */
static u64 bar_start(struct gvnic *nic, int number)
{
	return get_unaligned_le32(nic->config + PCI_BASE_ADDRESS_0 + 4 * number) & PCI_BASE_ADDRESS_MEM_MASK;
}

static long bar_map(unsigned long offset, size_t size, const struct logic_iomem_ops **ops, void **private)
{
	u64 address = window.start + offset;

	for (int i = 0; i < GVNIC_DEVICES; i++) {
		for (int bar = 0; bar < GVNIC_BARS; bar++) {
			u64 start = bar_start(&gvnic_devices[i], bar);

			if (address < start || address + size > start + bar_sizes[bar])
				continue;
			*ops = &bar_ops;
			*private = &bars[i][bar];
			return address - start;
		}
	}
	return -ENOENT;
}

static const struct logic_iomem_region_ops region_ops = { .map = bar_map };

static struct gvnic *nic_at(struct pci_bus *bus, unsigned int devfn)
{
	if (bus->number != GVNIC_BUS || PCI_FUNC(devfn) || PCI_SLOT(devfn) >= GVNIC_DEVICES)
		return NULL;
	return &gvnic_devices[PCI_SLOT(devfn)];
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	struct gvnic *nic = nic_at(bus, devfn);

	*value = nic ? 0 : ~0;
	if (!nic)
		return PCIBIOS_DEVICE_NOT_FOUND;
	if (where + size <= sizeof(nic->config))
		memcpy(value, nic->config + where, size);
	return PCIBIOS_SUCCESSFUL;
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	struct gvnic *nic = nic_at(bus, devfn);
	unsigned long flags;

	if (!nic)
		return PCIBIOS_DEVICE_NOT_FOUND;
	raw_spin_lock_irqsave(&gvnic_lock, flags);
	for (int i = where; i < where + size && i < sizeof(nic->config); i++, value >>= 8)
		nic->config[i] = (nic->config[i] & ~nic->writable[i]) | (value & nic->writable[i]);
	gvnic_send_pending(nic);
	raw_spin_unlock_irqrestore(&gvnic_lock, flags);
	gvnic_fire();
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops config_ops = { .read = config_read, .write = config_write };

#define GVNIC_MSIX_CAPABILITY 0x40

static void config_init(struct gvnic *nic)
{
	u8 *config = nic->config;
	u8 *msix = config + GVNIC_MSIX_CAPABILITY;

	put_unaligned_le16(PCI_VENDOR_ID_GOOGLE, config + PCI_VENDOR_ID);
	put_unaligned_le16(PCI_DEV_ID_GVNIC, config + PCI_DEVICE_ID);
	put_unaligned_le16(PCI_STATUS_CAP_LIST, config + PCI_STATUS);
	config[PCI_REVISION_ID] = 1; /* the admin queue has a 64-bit address */
	put_unaligned_le16(PCI_CLASS_NETWORK_ETHERNET, config + PCI_CLASS_DEVICE);
	put_unaligned_le16(PCI_VENDOR_ID_GOOGLE, config + PCI_SUBSYSTEM_VENDOR_ID);
	config[PCI_CAPABILITY_LIST] = GVNIC_MSIX_CAPABILITY;
	msix[PCI_CAP_LIST_ID] = PCI_CAP_ID_MSIX;
	put_unaligned_le16(2 * nic->queues, msix + PCI_MSIX_FLAGS); /* number of vectors - 1 */
	put_unaligned_le32(1, msix + PCI_MSIX_TABLE);		    /* BAR 1, offset 0 */
	put_unaligned_le32(SZ_2K | 1, msix + PCI_MSIX_PBA);

	put_unaligned_le16(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
				   PCI_COMMAND_INTX_DISABLE,
			   nic->writable + PCI_COMMAND);
	nic->writable[PCI_CACHE_LINE_SIZE] = 0xff;
	nic->writable[PCI_INTERRUPT_LINE] = 0xff;
	for (int i = 0; i < GVNIC_BARS; i++)
		put_unaligned_le32(~(bar_sizes[i] - 1), nic->writable + PCI_BASE_ADDRESS_0 + 4 * i);
	put_unaligned_le16(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL,
			   nic->writable + GVNIC_MSIX_CAPABILITY + PCI_MSIX_FLAGS);
	for (int i = 0; i < GVNIC_VECTORS; i++)
		nic->msix[i].control = cpu_to_le32(PCI_MSIX_ENTRY_CTRL_MASKBIT);
}

static int device_init(int number)
{
	struct gvnic *nic = &gvnic_devices[number];
	bool first = number == 0;

	nic->name = names[number];
	nic->peer = &gvnic_devices[!number];
	nic->queues = clamp(first ? queues : peer_queues, 1u, (unsigned int)GVNIC_QUEUES);
	nic->start_queues = first ? start_queues : 0;
	nic->max_mtu = max_mtu;
	nic->header_split = !first || header_split;
	nic->keeps_rss = first && keeps_rss;
	nic->older_format = first && older_format;
	nic->link = true;
	memcpy(nic->mac, (u8[]){ 0x42, 0x01, 0x0a, 0, 0, number + 1 }, ETH_ALEN);
	nic->frame = vmalloc(GVNIC_FRAME_SPACE);
	nic->segment = vmalloc(GVNIC_FRAME_SPACE);
	if (!nic->frame || !nic->segment)
		return -ENOMEM;
	for (int i = 0; i < GVNIC_BARS; i++)
		bars[number][i] = (struct gvnic_bar){ nic, i };
	config_init(nic);
	gvnic_statistics_init(nic);
	gvnic_reset(nic);
	return 0;
}

static int __init gvnic_init(void)
{
	struct pci_host_bridge *bridge;
	int err;

	for (int i = 0; i < GVNIC_DEVICES; i++) {
		err = device_init(i);
		if (err)
			return err;
	}
	bridge = pci_alloc_host_bridge(0);
	if (!bridge)
		return -ENOMEM;
	err = gvnic_interrupts_init(bridge);
	if (err)
		return err;
	err = logic_iomem_add_region(&window, &region_ops);
	if (err)
		return err;
	bridge->busnr = GVNIC_BUS;
	bridge->ops = &config_ops;
	pci_add_resource(&bridge->windows, &window);
	pci_add_resource(&bridge->windows, &bus_numbers);
	gvnic_debugfs_init();
	return pci_host_probe(bridge);
}
module_init(gvnic_init);

MODULE_DESCRIPTION("Two Google Virtual NICs, the device's side, for tests of what runs on gve");
MODULE_LICENSE("GPL");
