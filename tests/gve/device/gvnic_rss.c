// SPDX-License-Identifier: GPL-2.0
/*
 * RSS: Toeplitz hash over addresses, and ports if the packet has any; the table, and the commands for both.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "gvnic.h"

/* Until the driver says otherwise: over all queues. */
void gvnic_rss_init(struct gvnic *nic)
{
	for (int i = 0; i < GVNIC_TABLE; i++)
		nic->rss_table[i] = i % nic->queues;
	for (int i = 0; i < GVNIC_KEY; i++)
		nic->rss_key[i] = 0x6d + i * 37;
}

/* For each bit of the input that is set, the 32 bits of the key that begin at the same place. */
static u32 toeplitz(const u8 *key, const u8 *input, u32 length)
{
	u64 window = get_unaligned_be64(key);
	u32 hash = 0;

	for (u32 i = 0; i < length; i++) {
		for (int bit = 7; bit >= 0; bit--) {
			if (input[i] & BIT(bit))
				hash ^= window >> 32;
			window <<= 1;
		}
		window |= key[(i + 8) % GVNIC_KEY];
	}
	return hash;
}

u32 gvnic_hash(struct gvnic *nic, const struct gvnic_frame *frame)
{
	u8 input[2 * sizeof(struct in6_addr) + 4];
	u32 addresses = gvnic_is_ipv6(frame) ? 2 * sizeof(struct in6_addr) : 2 * sizeof(struct in_addr);

	if (gvnic_is_ipv6(frame))
		memcpy(input, &((struct ipv6hdr *)frame->l3)->addrs, addresses);
	else
		memcpy(input, &((struct iphdr *)frame->l3)->addrs, addresses);
	if (!frame->l4)
		return toeplitz(nic->rss_key, input, addresses);
	memcpy(input + addresses, frame->l4, 4); /* both ports */
	return toeplitz(nic->rss_key, input, addresses + 4);
}

u32 gvnic_set_rss(struct gvnic *nic, const struct gve_adminq_configure_rss *command)
{
	u32 key_size = be16_to_cpu(command->hash_key_size), table_size = be16_to_cpu(command->hash_lut_size);
	const __be32 *table = NULL;
	const u8 *key = NULL;

	if ((key_size && key_size != GVNIC_KEY) || (table_size && table_size != GVNIC_TABLE))
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	if (key_size)
		key = gvnic_dma(nic, be64_to_cpu(command->hash_key_addr), GVNIC_KEY);
	if (table_size)
		table = gvnic_dma(nic, be64_to_cpu(command->hash_lut_addr), GVNIC_TABLE * sizeof(*table));
	if ((key_size && !key) || (table_size && !table))
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	for (u32 i = 0; i < table_size; i++)
		if (be32_to_cpu(table[i]) >= nic->queues)
			return GVE_ADMINQ_COMMAND_ERROR_OUT_OF_RANGE;

	if (key)
		memcpy(nic->rss_key, key, GVNIC_KEY);
	for (u32 i = 0; i < table_size; i++)
		nic->rss_table[i] = be32_to_cpu(table[i]);
	return GVE_ADMINQ_COMMAND_PASSED;
}

/* The driver's answer: descriptor, key, table. */
u32 gvnic_query_rss(struct gvnic *nic, const struct gve_adminq_query_rss *command)
{
	struct gve_query_rss_descriptor *descriptor;
	u32 length = sizeof(*descriptor) + GVNIC_KEY + GVNIC_TABLE * sizeof(__be32);
	u8 *key;

	if (!nic->keeps_rss)
		return GVE_ADMINQ_COMMAND_ERROR_UNIMPLEMENTED;
	if (be64_to_cpu(command->available_length) < length)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	descriptor = gvnic_dma(nic, be64_to_cpu(command->rss_descriptor_addr), length);
	if (!descriptor)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	*descriptor = (struct gve_query_rss_descriptor){
		.total_length = cpu_to_be32(length),
		.hash_alg = ETH_RSS_HASH_TOP,
	};
	key = (u8 *)(descriptor + 1);
	memcpy(key, nic->rss_key, GVNIC_KEY);
	for (u32 i = 0; i < GVNIC_TABLE; i++)
		put_unaligned_be32(nic->rss_table[i], key + GVNIC_KEY + i * sizeof(__be32));
	return GVE_ADMINQ_COMMAND_PASSED;
}
