/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device's side of a Google Virtual NIC, for the kernel's own driver gve. Two NICs are plugged in, wired to each
 * other: what one sends the other receives. The driver's own headers say what registers, commands and descriptors look
 * like. Here is what the device remembers.
 *
 * The device is a PCI function on a bus of its own (gvnic_pci.c). The driver writes to its registers
 * (gvnic_registers.c), gives commands through the admin queue (gvnic_admin.c), and has queues made (gvnic_queues.c):
 *
 *   gvnic_transmit.c  a transmit queue's descriptors are collected to a frame
 *   gvnic_offload.c   which is cut into segments, and gets its checksums
 *   gvnic_steering.c  the receiving NIC chooses a queue: by a flow rule, or by RSS (gvnic_rss.c)
 *   gvnic_receive.c   and writes the frame into the buffers that the driver has posted there
 *
 * All of it happens under one lock, in the context of whoever writes to a register.
 */
#ifndef GVNIC_H
#define GVNIC_H

#include <linux/debugfs.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "gve.h"
#include "gve_adminq.h"
#include "gve_desc.h"
#include "gve_desc_dqo.h"
#include "gve_dqo.h"
#include "gve_register.h"

#define GVNIC_DEVICES 2
#define GVNIC_QUEUES 16			     /* pairs, at most */
#define GVNIC_VECTORS (2 * GVNIC_QUEUES + 1) /* an interrupt for each queue, and one for the management */
#define GVNIC_BARS 3			     /* 0: registers, 1: MSI-X, 2: doorbells */
#define GVNIC_RULES 64
#define GVNIC_FRAME_SPACE (GVE_DQO_TX_MAX + 512) /* a frame before it is cut into segments */
#define GVNIC_TABLE GVE_RSS_INDIR_SIZE
#define GVNIC_KEY GVE_RSS_KEY_SIZE

/* Where the doorbells are, in units of 4 bytes in BAR 2. */
#define GVNIC_DOORBELL_IRQ 0
#define GVNIC_DOORBELL_TX 256
#define GVNIC_DOORBELL_RX 512

struct gvnic_tx_queue {
	bool on;
	u32 vector;
	u64 ring, completions; /* DMA addresses */
	u16 size, completions_size;
	u16 head, completion_head;
	bool generation;
	u64 packets;
};

struct gvnic_rx_queue {
	bool on;
	u32 vector;
	u64 buffers, completions; /* DMA addresses */
	u16 size, completions_size;
	u16 head, tail, completion_head;
	bool generation;
	u16 buffer_size, header_size; /* header_size 0: headers are not split from data */
	bool joins;		      /* HW-GRO */
	u64 packets, split, no_buffers, bad_checksums, too_long;
};

/* An entry of the MSI-X table, as the PCI specification has it. */
struct gvnic_msix_entry {
	__le32 address, address_high, data, control;
};

/* When queues tell the driver what they have. */
struct gvnic_vector {
	bool armed;   /* the driver waits for an interrupt */
	bool event;   /* something happened while it did not */
	u32 unpolled; /* packets that the driver need not have polled yet, at most */
};

struct gvnic_rule {
	bool used;
	struct gve_adminq_flow_rule rule;
};

/* Admin commands that can be made to fail, or to be slow. */
enum gvnic_operation {
	GVNIC_DESCRIBE,
	GVNIC_RESOURCES,
	GVNIC_CREATE_RX,
	GVNIC_CREATE_TX,
	GVNIC_DESTROY_RX,
	GVNIC_DESTROY_TX,
	GVNIC_SET_RSS,
	GVNIC_RULE_INSERT,
	GVNIC_RULE_DELETE,
	GVNIC_RULE_QUERY,
	GVNIC_OPERATIONS
};

struct gvnic_trouble {
	u32 fail; /* an errno, or 0 */
	u32 after;
	u32 slow; /* ms */
};

struct gvnic {
	const char *name; /* of the PCI function */
	struct gvnic *peer;

	/* What it is, from the module's parameters. */
	u8 mac[ETH_ALEN];
	u32 queues;	  /* pairs */
	u32 start_queues; /* how many the driver is told to begin with; 0: all */
	u32 max_mtu;
	bool header_split;
	bool keeps_rss;	   /* the driver can ask for the RSS table, and need not remember it */
	bool older_format; /* GQI, whose frames go nowhere; otherwise DQO RDA */

	/* PCI */
	u8 config[PCI_CFG_SPACE_SIZE];
	u8 writable[PCI_CFG_SPACE_SIZE]; /* the bits that can be written */
	struct gvnic_msix_entry msix[GVNIC_VECTORS];
	u64 pending; /* vectors that are masked */
	u64 fire;    /* vectors that are to be sent, as soon as no lock is held */

	/* Registers */
	u32 device_status;
	u32 driver_status;
	u32 commands; /* executed */
	u64 admin_queue;
	bool link;

	/* Resources that the driver has set up. */
	u32 notify_blocks;
	u64 counters; /* of the older format; a DMA address */
	u32 counters_size;
	u64 report; /* statistics; a DMA address, or 0 */
	u64 report_size;
	struct delayed_work report_later;
	u32 report_interval; /* ms */

	struct gvnic_vector vectors[GVNIC_VECTORS];
	struct gvnic_tx_queue tx[GVNIC_QUEUES];
	struct gvnic_rx_queue rx[GVNIC_QUEUES];
	u64 received[GVNIC_QUEUES]; /* packets, before they were joined, since the module was loaded */
	u8 rss_key[GVNIC_KEY];
	u16 rss_table[GVNIC_TABLE];
	struct gvnic_rule rules[GVNIC_RULES];

	/* Room for the frame that is being sent, and for a segment of it. */
	u8 *frame, *segment;

	struct gvnic_trouble trouble[GVNIC_OPERATIONS];
	u32 lose, corrupt; /* how many of the frames that arrive next are lost, or have a wrong bit */
};

extern struct gvnic gvnic_devices[GVNIC_DEVICES];
extern raw_spinlock_t gvnic_lock; /* for everything of both */

/* gvnic_pci.c */
void *gvnic_dma(struct gvnic *nic, u64 address, u64 size);

/* gvnic_interrupts.c */
int gvnic_interrupts_init(struct pci_host_bridge *bridge);
void gvnic_msix_read(struct gvnic *nic, unsigned int offset, int size, void *value);
void gvnic_msix_write(struct gvnic *nic, unsigned int offset, int size, const void *value);
void gvnic_send_pending(struct gvnic *nic);
void gvnic_event(struct gvnic *nic, u32 vector, u32 packets);
void gvnic_management_event(struct gvnic *nic);
void gvnic_arm(struct gvnic *nic, u32 vector);
void gvnic_fire(void);

/* gvnic_registers.c */
void gvnic_reset(struct gvnic *nic);
void gvnic_register_read(struct gvnic *nic, unsigned int offset, int size, void *value);
void gvnic_register_write(struct gvnic *nic, unsigned int offset, int size, const void *value);
void gvnic_doorbell(struct gvnic *nic, unsigned int offset, int size, const void *value);

/* gvnic_admin.c */
void gvnic_execute(struct gvnic *nic, u32 upto);
u32 gvnic_slowness(struct gvnic *nic, u32 upto);

/* gvnic_queues.c */
u32 gvnic_set_resources(struct gvnic *nic, const struct gve_adminq_configure_device_resources *command);
u32 gvnic_create_tx(struct gvnic *nic, const struct gve_adminq_create_tx_queue *command);
u32 gvnic_create_rx(struct gvnic *nic, const struct gve_adminq_create_rx_queue *command);
u32 gvnic_destroy_tx(struct gvnic *nic, const struct gve_adminq_destroy_tx_queue *command);
u32 gvnic_destroy_rx(struct gvnic *nic, const struct gve_adminq_destroy_rx_queue *command);

/* gvnic_describe.c */
u32 gvnic_describe(struct gvnic *nic, const struct gve_adminq_describe_device *command);
u32 gvnic_packet_types(struct gvnic *nic, const struct gve_adminq_get_ptype_map *command);
u32 gvnic_link_speed(struct gvnic *nic, const struct gve_adminq_report_link_speed *command);

/* gvnic_frame.c */
enum gvnic_packet_type {
	GVNIC_OTHER,
	GVNIC_IPV4,
	GVNIC_IPV4_TCP,
	GVNIC_IPV4_UDP,
	GVNIC_IPV6,
	GVNIC_IPV6_TCP,
	GVNIC_IPV6_UDP,
	GVNIC_PACKET_TYPES
};

struct gvnic_frame {
	u8 *data;
	u32 length;
	enum gvnic_packet_type type;
	u8 *l3;		  /* of IPv4 or IPv6, or NULL */
	u8 *l4;		  /* of TCP or UDP, or NULL */
	u32 l4_length;	  /* header and payload */
	u32 headers;	  /* all of them, up to the payload of TCP or UDP; 0: it is neither */
	u16 segment_size; /* if it was joined from segments */
	bool ip_error, l4_error;
};

static inline bool gvnic_is_ipv6(const struct gvnic_frame *frame)
{
	return frame->type >= GVNIC_IPV6;
}

static inline bool gvnic_is_tcp(const struct gvnic_frame *frame)
{
	return frame->type == GVNIC_IPV4_TCP || frame->type == GVNIC_IPV6_TCP;
}

static inline bool gvnic_is_udp(const struct gvnic_frame *frame)
{
	return frame->type == GVNIC_IPV4_UDP || frame->type == GVNIC_IPV6_UDP;
}

struct gvnic_frame gvnic_parse(u8 *data, u32 length);

/* gvnic_offload.c */
struct gvnic_offload {
	bool checksum;
	u32 segment_size; /* payload of a segment; 0: it is sent as it is */
	u32 header_length;
};

void gvnic_verify_checksums(struct gvnic_frame *frame);
void gvnic_send(struct gvnic *nic, u32 length, const struct gvnic_offload *offload);

/* gvnic_receive.c */
bool gvnic_joins(struct gvnic *nic, const struct gvnic_frame *frame);
void gvnic_receive(struct gvnic *nic, struct gvnic_frame *frame);

/* gvnic_transmit.c */
void gvnic_transmit(struct gvnic *nic, u32 queue, u32 tail);

/* gvnic_steering.c */
#define GVNIC_DROP (-1)
int gvnic_steer(struct gvnic *nic, const struct gvnic_frame *frame, u32 *hash);
u32 gvnic_extended(struct gvnic *nic, const struct gve_adminq_extended_command *command);
u32 gvnic_query_rules(struct gvnic *nic, const struct gve_adminq_query_flow_rules *command);

/* gvnic_rss.c */
void gvnic_rss_init(struct gvnic *nic);
u32 gvnic_hash(struct gvnic *nic, const struct gvnic_frame *frame);
u32 gvnic_set_rss(struct gvnic *nic, const struct gve_adminq_configure_rss *command);
u32 gvnic_query_rss(struct gvnic *nic, const struct gve_adminq_query_rss *command);

/* gvnic_statistics.c */
void gvnic_statistics_init(struct gvnic *nic);
u32 gvnic_report_statistics(struct gvnic *nic, const struct gve_adminq_report_stats *command);

/* gvnic_debugfs.c */
u32 gvnic_attempt(struct gvnic *nic, enum gvnic_operation operation);
void gvnic_debugfs_init(void);

#endif
