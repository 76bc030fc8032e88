// SPDX-License-Identifier: GPL-2.0
/*
 * Which queue a frame goes to. The first flow rule that matches decides, in the order of locations: a queue, an RSS
 * context, or to drop the frame. Without one the default RSS context does. RSS takes the Toeplitz hash of the
 * chosen fields, and looks the queue up in the context's table.
 */
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/flow_dissector.h>

#include "simnic.h"

/* Parsing: the length of all headers of TCP and UDP, 0 for everything else, fragments among them. */
static u16 simnic_header_length(const struct sk_buff *frame, const struct flow_keys *keys)
{
	unsigned int transport = keys->control.thoff;
	const struct tcphdr *tcp;
	struct tcphdr buffer;

	if (keys->control.flags & FLOW_DIS_IS_FRAGMENT || !keys->control.addr_type)
		return 0;
	if (keys->basic.ip_proto == IPPROTO_UDP)
		return transport + sizeof(struct udphdr);
	if (keys->basic.ip_proto != IPPROTO_TCP)
		return 0;
	tcp = skb_header_pointer(frame, transport, sizeof(buffer), &buffer);
	return tcp ? transport + tcp->doff * 4 : 0;
}

/* Toeplitz: for each bit of the input that is set, the 32 bits of the key that begin there. */
static u32 simnic_toeplitz(u32 hash, const u8 *key, unsigned int at, const void *input, unsigned int length)
{
	const u8 *bytes = input;

	key += at;
	for (unsigned int i = 0; i < length; i++, key++) {
		u32 window = get_unaligned_be32(key);

		for (int bit = 7; bit >= 0; bit--) {
			if (bytes[i] & BIT(bit))
				hash ^= window;
			window = window << 1 | (key[4] >> bit & 1);
		}
	}
	return hash;
}

static enum simnic_kind simnic_kind(const struct flow_keys *keys, bool is_v4, bool has_ports)
{
	bool is_tcp = keys->basic.ip_proto == IPPROTO_TCP;

	if (!has_ports)
		return is_v4 ? SIMNIC_IP_V4 : SIMNIC_IP_V6;
	if (is_v4)
		return is_tcp ? SIMNIC_TCP_V4 : SIMNIC_UDP_V4;
	return is_tcp ? SIMNIC_TCP_V6 : SIMNIC_UDP_V6;
}

/* Over the fields that are chosen for this kind of packet, one behind the other. */
static void simnic_hash(const struct simnic_rss *rss, const struct flow_keys *keys, struct simnic_parsed *parsed)
{
	bool is_v4 = keys->control.addr_type == FLOW_DISSECTOR_KEY_IPV4_ADDRS;
	bool is_v6 = keys->control.addr_type == FLOW_DISSECTOR_KEY_IPV6_ADDRS;
	u32 fields = rss->fields[simnic_kind(keys, is_v4, parsed->header_length)];
	unsigned int address = is_v4 ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	const struct {
		u32 field;
		const void *from;
		unsigned int length;
	} inputs[] = {
		{ RXH_IP_SRC, is_v4 ? (void *)&keys->addrs.v4addrs.src : &keys->addrs.v6addrs.src, address },
		{ RXH_IP_DST, is_v4 ? (void *)&keys->addrs.v4addrs.dst : &keys->addrs.v6addrs.dst, address },
		{ RXH_L4_B_0_1, &keys->ports.src, sizeof(keys->ports.src) },
		{ RXH_L4_B_2_3, &keys->ports.dst, sizeof(keys->ports.dst) },
	};
	unsigned int at = 0;

	parsed->hash = 0;
	parsed->ports_hashed = false;
	if (!is_v4 && !is_v6)
		return;
	for (int i = 0; i < ARRAY_SIZE(inputs); i++) {
		if (!(fields & inputs[i].field))
			continue;
		parsed->hash = simnic_toeplitz(parsed->hash, rss->key, at, inputs[i].from, inputs[i].length);
		at += inputs[i].length;
	}
	parsed->ports_hashed = fields & (RXH_L4_B_0_1 | RXH_L4_B_2_3);
}

static const struct simnic_rule *simnic_find_rule(struct simnic_port *port, struct sk_buff *frame,
						  const struct flow_keys *keys)
{
	for (unsigned int i = 0; i < SIMNIC_RULES; i++) {
		const struct simnic_rule *rule = &port->rules[i];

		if (rule->used && simnic_matches(&rule->fs, frame, keys))
			return rule;
	}
	return NULL;
}

/*
 * The queue that this frame is for, or SIMNIC_DROP. Leaves what it found out in simnic_parsed(frame). The frame begins
 * with its Ethernet header, its network header and protocol are set.
 */
int simnic_steer(struct simnic_port *port, struct sk_buff *frame)
{
	struct simnic_parsed *parsed = simnic_parsed(frame);
	const struct simnic_rule *rule;
	unsigned int context = 0;
	struct flow_keys keys;
	int queue;

	if (!skb_flow_dissect_flow_keys(frame, &keys, FLOW_DISSECTOR_F_STOP_AT_ENCAP))
		keys.control.addr_type = 0;
	parsed->header_length = simnic_header_length(frame, &keys);

	spin_lock(&port->steering_lock);
	rule = simnic_find_rule(port, frame, &keys);
	if (rule && rule->fs.flow_type & FLOW_RSS)
		context = rule->rss_context;
	simnic_hash(&port->rss[context], &keys, parsed);
	if (rule && rule->fs.ring_cookie == RX_CLS_FLOW_DISC)
		queue = SIMNIC_DROP;
	else if (rule && !(rule->fs.flow_type & FLOW_RSS))
		queue = rule->fs.ring_cookie;
	else
		queue = port->rss[context].indir[parsed->hash % SIMNIC_RSS_TABLE];
	spin_unlock(&port->steering_lock);
	return queue;
}
