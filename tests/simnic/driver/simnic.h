/* SPDX-License-Identifier: GPL-2.0 */
/*
 * simnic: a simulated NIC that receives zero-copy. A NIC is a platform device with two ports that are wired to each
 * other: what one sends, the other receives. This header has the structures and who offers what; each file is a part
 * that a driver of real hardware has too:
 *
 *   simnic_main.c      NICs and ports: probing, registering, opening, removing
 *   simnic_wire.c      sending: from the stack onto the wire, into a receive queue of the other port
 *   simnic_rx.c        receiving: from the wire into memory of a page pool, and up the stack
 *   simnic_queues.c    receive queues and their memory, statistics, and the kernel's queue management
 *   simnic_steering.c  which queue a frame goes to: flow rules first, then RSS
 *   simnic_rules.c     the table of flow rules, as ethtool sees it
 *   simnic_rss.c       indirection tables, keys and contexts, as ethtool sees them
 *   simnic_ethtool.c   channels, rings, link, reset, and the table of all ethtool operations
 *   simnic_xdp.c       XDP programs
 *   simnic_xsk.c       AF_XDP zero-copy
 *   simnic_debugfs.c   switches that make the port behave like a worse NIC
 */
#ifndef SIMNIC_H
#define SIMNIC_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/netdev_queues.h>
#include <net/xdp.h>

#define SIMNIC_PORTS 2
#define SIMNIC_MAX_QUEUES 64
#define SIMNIC_MAX_RING 4096
#define SIMNIC_MAX_HDS_THRESH 1024
#define SIMNIC_RSS_TABLE 128
#define SIMNIC_RSS_KEY 40
#define SIMNIC_RSS_CONTEXTS 16 /* with the default one, which is number 0 */
#define SIMNIC_XDP_FEATURES                                                                                            \
	(NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT | NETDEV_XDP_ACT_NDO_XMIT | NETDEV_XDP_ACT_XSK_ZEROCOPY)
#define SIMNIC_RULES 48 /* not 64: ethtool 6.1 takes a table of that size for full when its first place is taken */

struct dentry;
struct page_pool;
struct simnic_port;
struct xdp_buff;
struct xsk_buff_pool;

/* One receive queue. Its counters have one writer each: NAPI, or whoever holds the lock of the wire. */
struct simnic_rxq {
	struct simnic_port *port;
	struct napi_struct napi;
	struct page_pool *pool;
	struct xdp_rxq_info xdp;
	struct xsk_buff_pool *xsk; /* instead of the page pool, while an AF_XDP socket has the queue */
	struct xdp_rxq_info xsk_xdp;
	struct sk_buff_head wire; /* frames that arrived and wait for NAPI; its lock guards running too */
	bool running;

	u64 packets;
	u64 bytes;
	u64 alloc_fail; /* no memory left in the pool */
	u64 overruns;	/* the ring was full */
};

/* One transmit queue. Its counters are written under the transmit queue's lock of the stack. */
struct simnic_txq {
	u64 packets;
	u64 bytes;
	u64 drops;
};

/* Kinds of packets, each with its own choice of what is hashed. */
enum simnic_kind {
	SIMNIC_TCP_V4,
	SIMNIC_UDP_V4,
	SIMNIC_IP_V4, /* all others, and fragments */
	SIMNIC_TCP_V6,
	SIMNIC_UDP_V6,
	SIMNIC_IP_V6,
	SIMNIC_KINDS
};

/* An RSS context. */
struct simnic_rss {
	u32 indir[SIMNIC_RSS_TABLE];
	u8 key[SIMNIC_RSS_KEY];
	u32 fields[SIMNIC_KINDS]; /* RXH_IP_SRC and the like */
};

/* A flow rule; its place in the table is its location. */
struct simnic_rule {
	bool used;
	struct ethtool_rx_flow_spec fs;
	u32 rss_context; /* if fs.flow_type has FLOW_RSS */
};

/* What can be made to fail, or to be slow. */
enum simnic_operation {
	SIMNIC_CHANNELS,
	SIMNIC_RINGS,
	SIMNIC_FEATURES,
	SIMNIC_RSS,
	SIMNIC_CONTEXT_CREATE,
	SIMNIC_CONTEXT_MODIFY,
	SIMNIC_CONTEXT_REMOVE,
	SIMNIC_RULE_INSERT,
	SIMNIC_RULE_DELETE,
	SIMNIC_MEMORY,
	SIMNIC_OPERATIONS
};

struct simnic_trouble {
	u32 fail; /* an errno, or 0 */
	u32 after;
	u32 slow; /* ms */
};

struct simnic_port {
	struct net_device *dev;
	struct device *parent; /* whose DMA addresses the page pools hold */
	struct simnic_port *peer;
	unsigned int number; /* 1 or 2 */
	struct simnic_rxq *rxq;
	struct simnic_txq *txq;

	struct bpf_prog *prog; /* of XDP */

	/* Ring settings. Copies: the data path must not read dev->cfg, which is replaced and freed. */
	u32 ring_size;
	u32 hds_thresh;
	bool split;

	struct ethtool_ops ethtool_ops; /* without what this port lacks */
	struct {
		bool rss;
		bool contexts;
		bool rules;
		bool split;
		bool threshold;
		bool xsk;
		bool restarts;
	} lacks;
	bool link;
	bool split_needs_gro_hw;
	bool split_reads_on;
	bool split_stays_on;
	bool separate_channels;
	bool counters_restart;
	bool xdp_needs_whole_packets;
	bool xdp_needs_half_channels;
	bool xdp_says_nothing;
	bool rules_need_location;
	bool rules_take_no_location;
	bool rules_always_on;
	struct simnic_trouble trouble[SIMNIC_OPERATIONS];
	struct dentry *debugfs; /* the NIC's; the first port has it */

	spinlock_t steering_lock; /* the data path against ethtool, for everything below */
	struct simnic_rss rss[SIMNIC_RSS_CONTEXTS];
	struct simnic_rule rules[SIMNIC_RULES];
};

/* What the parser of the receiving port found out about a frame; kept in skb->cb while the frame is on the wire. */
struct simnic_parsed {
	u32 hash;
	u16 header_length; /* all headers up to the payload of TCP or UDP; 0: it is neither */
	bool ports_hashed; /* the hash covers ports, not only addresses */
};

static inline struct simnic_parsed *simnic_parsed(struct sk_buff *frame)
{
	BUILD_BUG_ON(sizeof(struct simnic_parsed) > sizeof(frame->cb));
	return (struct simnic_parsed *)frame->cb;
}

/* The frame has got its memory. */
static inline void simnic_count(struct simnic_rxq *rxq, const struct sk_buff *frame)
{
	rxq->packets++;
	rxq->bytes += frame->len;
}

/* simnic_main.c */
void simnic_update_carrier(struct simnic_port *port);

/* simnic_wire.c */
void simnic_transmit(struct simnic_port *port, unsigned int queue, struct sk_buff *frame);
netdev_tx_t simnic_start_xmit(struct sk_buff *skb, struct net_device *dev);

/* simnic_rx.c */
int simnic_poll(struct napi_struct *napi, int budget);

/* simnic_queues.c */
extern const struct netdev_queue_mgmt_ops simnic_queue_mgmt_ops;
extern const struct netdev_queue_mgmt_ops simnic_no_queue_mgmt_ops;
extern const struct netdev_stat_ops simnic_stat_ops;
int simnic_queues_create(struct simnic_port *port);
void simnic_queues_destroy(struct simnic_port *port);
int simnic_queues_start(struct simnic_port *port, unsigned int from, unsigned int to);
void simnic_queues_stop(struct simnic_port *port, unsigned int from, unsigned int to);
void simnic_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats);

/* simnic_steering.c */
#define SIMNIC_DROP (-1)
int simnic_steer(struct simnic_port *port, struct sk_buff *frame);

/* simnic_match.c */
struct flow_keys;
bool simnic_matches(const struct ethtool_rx_flow_spec *fs, const struct sk_buff *frame, const struct flow_keys *keys);

/* simnic_rules.c */
void simnic_rules_clear(struct simnic_port *port);
int simnic_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *cmd, u32 *locations);
int simnic_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *cmd);

/* simnic_rss.c */
void simnic_rss_init(struct simnic_port *port);
void simnic_rss_spread(struct simnic_port *port, unsigned int queues);
u32 simnic_get_rxfh_key_size(struct net_device *dev);
u32 simnic_get_rxfh_indir_size(struct net_device *dev);
int simnic_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh);
int simnic_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack);
int simnic_get_rxfh_fields(struct net_device *dev, struct ethtool_rxfh_fields *fields);
int simnic_set_rxfh_fields(struct net_device *dev, const struct ethtool_rxfh_fields *fields,
			   struct netlink_ext_ack *extack);
int simnic_create_rxfh_context(struct net_device *dev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack);
int simnic_modify_rxfh_context(struct net_device *dev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack);
int simnic_remove_rxfh_context(struct net_device *dev, struct ethtool_rxfh_context *ctx, u32 rss_context,
			       struct netlink_ext_ack *extack);

/* simnic_ethtool.c */
extern const struct ethtool_ops simnic_ethtool_ops;

/* simnic_xdp.c */
int simnic_xdp_register(struct simnic_rxq *rxq);
void simnic_xdp_unregister(struct simnic_rxq *rxq);
struct sk_buff *simnic_xdp_receive(struct simnic_rxq *rxq, struct bpf_prog *prog, const struct sk_buff *frame);
void simnic_xdp_send(struct simnic_port *port, unsigned int queue, struct sk_buff *skb);
int simnic_xdp_xmit(struct net_device *dev, int count, struct xdp_frame **frames, u32 flags);
int simnic_change_mtu(struct net_device *dev, int mtu);
int simnic_bpf(struct net_device *dev, struct netdev_bpf *bpf);
void simnic_xdp_announce(struct simnic_port *port);

/* simnic_xsk.c */
struct xdp_buff *simnic_xsk_fill(struct simnic_rxq *rxq, const struct sk_buff *frame);
int simnic_xsk_send(struct simnic_rxq *rxq, int budget);
int simnic_xsk_wakeup(struct net_device *dev, u32 queue, u32 flags);
int simnic_set_xsk(struct simnic_port *port, struct xsk_buff_pool *pool, u16 queue);

/* simnic_debugfs.c */
int simnic_attempt(struct simnic_port *port, enum simnic_operation operation);
struct dentry *simnic_debugfs_create(struct simnic_port *port);
void simnic_debugfs_init(void);
void simnic_debugfs_exit(void);

#endif
