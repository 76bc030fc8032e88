// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts: the MSI-X table and its masks, when the driver wants to be told of something, and an MSI domain of our
 * own, since that of User-Mode Linux has no more than 32 vectors. The message that an interrupt sends is its number.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqchip/irq-msi-lib.h>
#include <linux/irqdomain.h>
#include <linux/msi.h>

#include "gvnic.h"

#define GVNIC_MSIX_FLAGS (0x40 + PCI_MSIX_FLAGS)
#define GVNIC_PENDING_BITS SZ_2K /* where they are in BAR 1 */

/* --- the table --- */

static bool enabled(struct gvnic *nic)
{
	u16 flags = get_unaligned_le16(nic->config + GVNIC_MSIX_FLAGS);

	return (flags & PCI_MSIX_FLAGS_ENABLE) && !(flags & PCI_MSIX_FLAGS_MASKALL);
}

static void interrupt(struct gvnic *nic, u32 vector)
{
	bool masked = nic->msix[vector].control & cpu_to_le32(PCI_MSIX_ENTRY_CTRL_MASKBIT);

	if (masked || !enabled(nic))
		nic->pending |= BIT_ULL(vector);
	else
		nic->fire |= BIT_ULL(vector);
}

/* To be called when masks have changed. */
void gvnic_send_pending(struct gvnic *nic)
{
	u64 pending = nic->pending;

	nic->pending = 0;
	for (u32 vector = 0; vector < GVNIC_VECTORS; vector++)
		if (pending & BIT_ULL(vector))
			interrupt(nic, vector);
}

void gvnic_msix_read(struct gvnic *nic, unsigned int offset, int size, void *value)
{
	if (offset + size <= sizeof(nic->msix))
		memcpy(value, (u8 *)nic->msix + offset, size);
	else if (offset >= GVNIC_PENDING_BITS && offset + size <= GVNIC_PENDING_BITS + sizeof(nic->pending))
		memcpy(value, (u8 *)&nic->pending + offset - GVNIC_PENDING_BITS, size);
}

void gvnic_msix_write(struct gvnic *nic, unsigned int offset, int size, const void *value)
{
	if (offset + size > sizeof(nic->msix))
		return;
	memcpy((u8 *)nic->msix + offset, value, size);
	gvnic_send_pending(nic);
}

/* --- when the driver is told --- */

/* Something has happened to a queue: so many packets have come, or are gone. */
void gvnic_event(struct gvnic *nic, u32 number, u32 packets)
{
	struct gvnic_vector *vector;

	if (number >= GVNIC_VECTORS)
		return;
	vector = &nic->vectors[number];
	vector->unpolled += packets;
	if (vector->armed) {
		vector->armed = false;
		interrupt(nic, number);
	} else {
		vector->event = true;
	}
}

/* The driver has polled, and waits again. If it polls on another CPU than the interrupt's, it stops although there is
 * more than its budget, and expects to be called again.
 */
void gvnic_arm(struct gvnic *nic, u32 number)
{
	struct gvnic_vector *vector;

	if (number >= GVNIC_VECTORS)
		return;
	vector = &nic->vectors[number];
	vector->unpolled -= min_t(u32, vector->unpolled, NAPI_POLL_WEIGHT);
	if (vector->event || vector->unpolled) {
		vector->event = false;
		interrupt(nic, number);
	} else {
		vector->armed = true;
	}
}

/* The device's status has changed: the last vector says so. */
void gvnic_management_event(struct gvnic *nic)
{
	interrupt(nic, 2 * nic->queues);
}

/* --- sending --- */

static u32 take(struct gvnic *nic, u32 *interrupts)
{
	u32 count = 0;

	for (u32 vector = 0; vector < GVNIC_VECTORS; vector++)
		if (nic->fire & BIT_ULL(vector))
			interrupts[count++] = le32_to_cpu(nic->msix[vector].data);
	nic->fire = 0;
	return count;
}

static void fire(void)
{
	u32 interrupts[GVNIC_DEVICES * GVNIC_VECTORS], count = 0;
	unsigned long flags;

	raw_spin_lock_irqsave(&gvnic_lock, flags);
	for (int i = 0; i < GVNIC_DEVICES; i++)
		count += take(&gvnic_devices[i], interrupts + count);
	raw_spin_unlock_irqrestore(&gvnic_lock, flags);

	local_bh_disable();
	while (count)
		generic_handle_irq_safe(interrupts[--count]);
	local_bh_enable();
}

static void fire_from_work(struct work_struct *work)
{
	fire();
}

static DECLARE_WORK(fire_later, fire_from_work);

/* To be called without the lock. Whoever has interrupts off may hold a lock that an interrupt needs. */
void gvnic_fire(void)
{
	if (!(READ_ONCE(gvnic_devices[0].fire) | READ_ONCE(gvnic_devices[1].fire)))
		return;
	if (irqs_disabled() || in_hardirq())
		schedule_work(&fire_later);
	else
		fire();
}

/* --- the MSI domain --- */

static DECLARE_BITMAP(used, GVNIC_DEVICES *GVNIC_VECTORS);
static DEFINE_MUTEX(used_lock);

static void compose_message(struct irq_data *data, struct msi_msg *message)
{
	message->address_hi = 0;
	message->address_lo = 0xa1000;
	message->data = data->irq;
}

/* Whoever fires an interrupt handles it where it runs, so that this is for /proc/irq to tell only. */
static int set_affinity(struct irq_data *data, const struct cpumask *cpus, bool force)
{
	irq_data_update_effective_affinity(data, cpumask_of(cpumask_first(cpus)));
	return IRQ_SET_MASK_OK_DONE;
}

static struct irq_chip chip = {
	.name = "gvnic MSI",
	.irq_compose_msi_msg = compose_message,
	.irq_set_affinity = set_affinity,
};

static int domain_alloc(struct irq_domain *domain, unsigned int irq, unsigned int count, void *unused)
{
	unsigned long number;

	mutex_lock(&used_lock);
	number = find_first_zero_bit(used, GVNIC_DEVICES * GVNIC_VECTORS);
	if (number < GVNIC_DEVICES * GVNIC_VECTORS)
		__set_bit(number, used);
	mutex_unlock(&used_lock);
	if (number >= GVNIC_DEVICES * GVNIC_VECTORS)
		return -ENOSPC;
	irq_domain_set_info(domain, irq, number, &chip, NULL, handle_simple_irq, NULL, NULL);
	return 0;
}

static void domain_free(struct irq_domain *domain, unsigned int irq, unsigned int count)
{
	struct irq_data *data = irq_domain_get_irq_data(domain, irq);

	mutex_lock(&used_lock);
	__clear_bit(data->hwirq, used);
	mutex_unlock(&used_lock);
	irq_domain_reset_irq_data(data);
}

static const struct irq_domain_ops domain_ops = {
	.select = msi_lib_irq_domain_select,
	.alloc = domain_alloc,
	.free = domain_free,
};

static const struct msi_parent_ops parent_ops = {
	.required_flags = MSI_FLAG_USE_DEF_DOM_OPS | MSI_FLAG_USE_DEF_CHIP_OPS,
	.supported_flags = MSI_GENERIC_FLAGS_MASK | MSI_FLAG_PCI_MSIX,
	.bus_select_token = DOMAIN_BUS_NEXUS,
	.bus_select_mask = MATCH_PCI_MSI,
	.prefix = "gvnic-",
	.init_dev_msi_info = msi_lib_init_dev_msi_info,
};

int gvnic_interrupts_init(struct pci_host_bridge *bridge)
{
	struct irq_domain_info info = {
		.fwnode = irq_domain_alloc_named_fwnode("gvnic"),
		.ops = &domain_ops,
		.size = GVNIC_DEVICES * GVNIC_VECTORS,
	};
	struct irq_domain *domain;

	if (!info.fwnode)
		return -ENOMEM;
	domain = msi_create_parent_irq_domain(&info, &parent_ops);
	if (!domain)
		return -ENOMEM;
	dev_set_msi_domain(&bridge->dev, domain);
	return 0;
}
