// SPDX-License-Identifier: GPL-2.0
/*
 * What the device tells about itself: a descriptor, followed by options. An option that is not there is a feature that
 * the driver does not use.
 */
#include "gvnic.h"

#define GVNIC_RING_SIZE 512
#define GVNIC_LARGEST_RING 2048
#define GVNIC_SMALLEST_RING 64
#define GVNIC_HEADER_SIZE 256
#define GVNIC_QPL_PAGES 512

/* The driver offers buffers of no other size than this one and 2048. AF_XDP needs 2048. */
#define GVNIC_BUFFER_SIZE 4096

/* Descriptor and options are written one after the other. */
struct gvnic_options {
	u8 *end;
	u16 count;
};

/* Returns where the option's body is to be written. */
static void *add_option(struct gvnic_options *options, enum gve_dev_opt_id id, u16 length)
{
	struct gve_device_option *option = (void *)options->end;

	option->option_id = cpu_to_be16(id);
	option->option_length = cpu_to_be16(length);
	options->end = (u8 *)(option + 1) + length;
	options->count++;
	return option + 1;
}

#define ADD(options, id, type) ((struct type *)add_option(options, id, sizeof(struct type)))

static void add_format(struct gvnic *nic, struct gvnic_options *options)
{
	if (nic->older_format) {
		ADD(options, GVE_DEV_OPT_ID_GQI_QPL, gve_device_option_gqi_qpl)->supported_features_mask =
			cpu_to_be32(GVE_SUP_JUMBO_FRAMES_MASK);
		return;
	}
	ADD(options, GVE_DEV_OPT_ID_DQO_RDA, gve_device_option_dqo_rda)->supported_features_mask =
		cpu_to_be32(GVE_SUP_MODIFY_RING_MASK | GVE_SUP_JUMBO_FRAMES_MASK | GVE_SUP_BUFFER_SIZES_MASK |
			    GVE_SUP_FLOW_STEERING_MASK | GVE_SUP_RSS_CONFIG_MASK);
}

static void add_jumbo_frames(struct gvnic *nic, struct gvnic_options *options)
{
	*ADD(options, GVE_DEV_OPT_ID_JUMBO_FRAMES, gve_device_option_jumbo_frames) =
		(struct gve_device_option_jumbo_frames){
			.supported_features_mask = cpu_to_be32(GVE_SUP_JUMBO_FRAMES_MASK),
			.max_mtu = cpu_to_be16(nic->max_mtu),
		};
}

static void add_what_only_dqo_has(struct gvnic *nic, struct gvnic_options *options)
{
	*ADD(options, GVE_DEV_OPT_ID_MODIFY_RING, gve_device_option_modify_ring) =
		(struct gve_device_option_modify_ring){
			.supported_featured_mask = cpu_to_be32(GVE_SUP_MODIFY_RING_MASK),
			.max_rx_ring_size = cpu_to_be16(GVNIC_LARGEST_RING),
			.max_tx_ring_size = cpu_to_be16(GVNIC_LARGEST_RING),
			.min_rx_ring_size = cpu_to_be16(GVNIC_SMALLEST_RING),
			.min_tx_ring_size = cpu_to_be16(GVNIC_SMALLEST_RING),
		};
	if (nic->header_split)
		*ADD(options, GVE_DEV_OPT_ID_BUFFER_SIZES, gve_device_option_buffer_sizes) =
			(struct gve_device_option_buffer_sizes){
				.supported_features_mask = cpu_to_be32(GVE_SUP_BUFFER_SIZES_MASK),
				.packet_buffer_size = cpu_to_be16(GVNIC_BUFFER_SIZE),
				.header_buffer_size = cpu_to_be16(GVNIC_HEADER_SIZE),
			};
	*ADD(options, GVE_DEV_OPT_ID_FLOW_STEERING, gve_device_option_flow_steering) =
		(struct gve_device_option_flow_steering){
			.supported_features_mask = cpu_to_be32(GVE_SUP_FLOW_STEERING_MASK),
			.max_flow_rules = cpu_to_be32(GVNIC_RULES),
		};
	if (nic->keeps_rss)
		*ADD(options, GVE_DEV_OPT_ID_RSS_CONFIG, gve_device_option_rss_config) =
			(struct gve_device_option_rss_config){
				.supported_features_mask = cpu_to_be32(GVE_SUP_RSS_CONFIG_MASK),
				.hash_key_size = cpu_to_be16(GVNIC_KEY),
				.hash_lut_size = cpu_to_be16(GVNIC_TABLE),
			};
}

u32 gvnic_describe(struct gvnic *nic, const struct gve_adminq_describe_device *command)
{
	u32 available = be32_to_cpu(command->available_length);
	struct gve_device_descriptor *descriptor;
	struct gvnic_options options = {};

	if (available < GVE_ADMINQ_BUFFER_SIZE)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	descriptor = gvnic_dma(nic, be64_to_cpu(command->device_descriptor_addr), available);
	if (!descriptor)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	memset(descriptor, 0, available);
	options.end = (u8 *)(descriptor + 1);
	add_format(nic, &options);
	add_jumbo_frames(nic, &options);
	if (!nic->older_format)
		add_what_only_dqo_has(nic, &options);

	descriptor->max_registered_pages = cpu_to_be64(2 * GVNIC_QUEUES * GVNIC_QPL_PAGES);
	descriptor->tx_queue_entries = cpu_to_be16(GVNIC_RING_SIZE);
	descriptor->rx_queue_entries = cpu_to_be16(GVNIC_RING_SIZE);
	descriptor->default_num_queues = cpu_to_be16(nic->start_queues);
	descriptor->mtu = cpu_to_be16(min_t(u32, nic->max_mtu, ETH_DATA_LEN));
	descriptor->counters = cpu_to_be16(2 * GVNIC_QUEUES);
	descriptor->tx_pages_per_qpl = cpu_to_be16(GVNIC_QPL_PAGES);
	descriptor->rx_pages_per_qpl = cpu_to_be16(GVNIC_QPL_PAGES);
	memcpy(descriptor->mac, nic->mac, ETH_ALEN);
	descriptor->num_device_options = cpu_to_be16(options.count);
	descriptor->total_length = cpu_to_be16(options.end - (u8 *)descriptor);
	return GVE_ADMINQ_COMMAND_PASSED;
}

/* What the packet types in the receive completions mean. */
u32 gvnic_packet_types(struct gvnic *nic, const struct gve_adminq_get_ptype_map *command)
{
	static const struct gve_ptype_entry types[GVNIC_PACKET_TYPES] = {
		[GVNIC_IPV4] = { GVE_L3_TYPE_IPV4, GVE_L4_TYPE_OTHER },
		[GVNIC_IPV4_TCP] = { GVE_L3_TYPE_IPV4, GVE_L4_TYPE_TCP },
		[GVNIC_IPV4_UDP] = { GVE_L3_TYPE_IPV4, GVE_L4_TYPE_UDP },
		[GVNIC_IPV6] = { GVE_L3_TYPE_IPV6, GVE_L4_TYPE_OTHER },
		[GVNIC_IPV6_TCP] = { GVE_L3_TYPE_IPV6, GVE_L4_TYPE_TCP },
		[GVNIC_IPV6_UDP] = { GVE_L3_TYPE_IPV6, GVE_L4_TYPE_UDP },
	};
	struct gve_ptype_map *map;

	if (be64_to_cpu(command->ptype_map_len) < sizeof(*map))
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	map = gvnic_dma(nic, be64_to_cpu(command->ptype_map_addr), sizeof(*map));
	if (!map)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	memset(map, 0, sizeof(*map));
	memcpy(map, types, sizeof(types));
	return GVE_ADMINQ_COMMAND_PASSED;
}

u32 gvnic_link_speed(struct gvnic *nic, const struct gve_adminq_report_link_speed *command)
{
	__be64 *speed = gvnic_dma(nic, be64_to_cpu(command->link_speed_address), sizeof(*speed));

	if (!speed)
		return GVE_ADMINQ_COMMAND_ERROR_INVALID_ARGUMENT;
	*speed = cpu_to_be64(SPEED_100000);
	return GVE_ADMINQ_COMMAND_PASSED;
}
