// SPDX-License-Identifier: GPL-2.0
/*
 * Transmit queues. A packet is one descriptor or several, after one that says how to cut it into segments, and others
 * that only carry hints. Two kinds of completions tell the driver: a packet is sent, descriptors are free again.
 */
#include "gvnic.h"

static void write_completion(struct gvnic *nic, u32 id, u16 type, u16 tag)
{
	struct gvnic_tx_queue *queue = &nic->tx[id];
	struct gve_tx_compl_desc *descriptor, completion = {
		.id = id,
		.type = type,
		.generation = queue->generation,
		.completion_tag = cpu_to_le16(tag),
	};

	descriptor =
		gvnic_dma(nic, queue->completions + queue->completion_head * sizeof(*descriptor), sizeof(*descriptor));
	if (!descriptor)
		return;
	descriptor->completion_tag = completion.completion_tag;
	smp_wmb(); /* the first word, which has the generation, is last */
	WRITE_ONCE(*(u16 *)descriptor, *(u16 *)&completion);
	queue->completion_head = (queue->completion_head + 1) & (queue->completions_size - 1);
	queue->generation ^= !queue->completion_head;
}

/* Adds a descriptor's data to the frame. Returns its new length. */
static u32 collect(struct gvnic *nic, u32 length, const struct gve_tx_pkt_desc_dqo *descriptor)
{
	u32 size = descriptor->buf_size;
	const u8 *data = gvnic_dma(nic, le64_to_cpu(descriptor->buf_addr), size);

	if (!data || length + size > GVNIC_FRAME_SPACE)
		return length;
	memcpy(nic->frame + length, data, size);
	return length + size;
}

union gvnic_tx_descriptor {
	struct gve_tx_pkt_desc_dqo packet;
	struct gve_tx_tso_context_desc_dqo segmentation;
};

/* The doorbell: descriptors up to `tail` are ready, of whole packets. */
void gvnic_transmit(struct gvnic *nic, u32 id, u32 tail)
{
	struct gvnic_tx_queue *queue = &nic->tx[id];
	struct gvnic_offload offload = {};
	u32 length = 0, sent = 0;

	if (!queue->on)
		return;
	tail &= queue->size - 1;
	while (queue->head != tail) {
		const union gvnic_tx_descriptor *descriptor =
			gvnic_dma(nic, queue->ring + queue->head * sizeof(*descriptor), sizeof(*descriptor));

		if (!descriptor)
			return;
		queue->head = (queue->head + 1) & (queue->size - 1);
		if (descriptor->packet.dtype == GVE_TX_TSO_CTX_DESC_DTYPE_DQO) {
			offload.segment_size = descriptor->segmentation.mss;
			offload.header_length = descriptor->segmentation.header_len;
		}
		if (descriptor->packet.dtype != GVE_TX_PKT_DESC_DTYPE_DQO)
			continue;

		length = collect(nic, length, &descriptor->packet);
		offload.checksum |= descriptor->packet.checksum_offload_enable;
		if (descriptor->packet.report_event)
			write_completion(nic, id, GVE_COMPL_TYPE_DQO_DESC, queue->head);
		if (!descriptor->packet.end_of_packet)
			continue;
		write_completion(nic, id, GVE_COMPL_TYPE_DQO_PKT, le16_to_cpu(descriptor->packet.compl_tag));
		gvnic_send(nic, length, &offload);
		queue->packets++;
		sent++;
		length = 0;
		offload = (struct gvnic_offload){};
	}
	gvnic_event(nic, queue->vector, sent);
}
