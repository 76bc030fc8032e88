// SPDX-License-Identifier: GPL-2.0
/*
 * Receive queues. The driver posts buffers; a frame takes as many as it needs, and each of them is told by a
 * completion. With header split the headers of TCP and UDP go to the header buffer that belongs to the first one.
 */
#include "gvnic.h"

static u32 posted(const struct gvnic_rx_queue *queue)
{
	return (queue->tail - queue->head) & (queue->size - 1);
}

/* A part of a frame, which fits into one buffer. */
struct gvnic_part {
	const u8 *data;
	u32 length;
	u32 headers; /* in the header buffer, of the first part only */
	bool last;
};

/* Where in a completion these two are, in a word of 16 bits. */
#define LENGTH_AND_GENERATION 4

static void write_completion(struct gvnic *nic, struct gvnic_rx_queue *queue, struct gve_rx_compl_desc_dqo *completion)
{
	struct gve_rx_compl_desc_dqo *descriptor =
		gvnic_dma(nic, queue->completions + queue->completion_head * sizeof(*descriptor), sizeof(*descriptor));
	const u8 *from = (const u8 *)completion;
	u8 *to = (u8 *)descriptor;

	if (!descriptor)
		return;
	completion->generation = queue->generation;
	memcpy(to, from, LENGTH_AND_GENERATION);
	memcpy(to + LENGTH_AND_GENERATION + 2, from + LENGTH_AND_GENERATION + 2,
	       sizeof(*completion) - LENGTH_AND_GENERATION - 2);
	smp_wmb(); /* the word that has the generation is last */
	WRITE_ONCE(*(u16 *)(to + LENGTH_AND_GENERATION), *(const u16 *)(from + LENGTH_AND_GENERATION));
	queue->completion_head = (queue->completion_head + 1) & (queue->completions_size - 1);
	queue->generation ^= !queue->completion_head;
}

/* Puts the part into the next buffer. Returns false if there is no such memory. */
static bool fill(struct gvnic *nic, struct gvnic_rx_queue *queue, const struct gvnic_part *part, __le16 *buffer)
{
	const struct gve_rx_desc_dqo *descriptor =
		gvnic_dma(nic, queue->buffers + queue->head * sizeof(*descriptor), sizeof(*descriptor));
	u8 *to;

	if (!descriptor)
		return false;
	queue->head = (queue->head + 1) & (queue->size - 1);
	*buffer = descriptor->buf_id;
	if (part->headers) {
		to = gvnic_dma(nic, le64_to_cpu(descriptor->header_buf_addr), part->headers);
		if (!to)
			return false;
		memcpy(to, part->data - part->headers, part->headers);
	}
	if (part->length) {
		to = gvnic_dma(nic, le64_to_cpu(descriptor->buf_addr), part->length);
		if (!to)
			return false;
		memcpy(to, part->data, part->length);
	}
	return true;
}

static struct gve_rx_compl_desc_dqo describe(const struct gvnic_frame *frame, const struct gvnic_part *part, u32 hash)
{
	struct gve_rx_compl_desc_dqo completion = {
		.rxdid = 1,
		.packet_type = frame->type,
		.packet_len = part->length,
		.header_len = part->headers,
		.split_header = part->headers != 0,
		.rsc = frame->segment_size != 0,
		.descriptor_done = 1,
		.end_of_packet = part->last,
		.l3_l4_processed = frame->l4 != NULL,
		.csum_ip_err = frame->ip_error,
		.csum_l4_err = frame->l4_error,
		.rsc_seg_len = cpu_to_le16(frame->segment_size),
		.hash = cpu_to_le32(hash),
	};

	return completion;
}

/* Whether the frame's queue joins segments. */
bool gvnic_joins(struct gvnic *nic, const struct gvnic_frame *frame)
{
	u32 hash;
	int id = gvnic_steer(nic, frame, &hash);

	return id != GVNIC_DROP && gvnic_is_tcp(frame) && nic->rx[id].joins;
}

void gvnic_receive(struct gvnic *nic, struct gvnic_frame *frame)
{
	struct gvnic_part part = { .data = frame->data };
	struct gvnic_rx_queue *queue;
	u32 hash, left, buffers;
	int id = gvnic_steer(nic, frame, &hash);

	if (id == GVNIC_DROP || nic->older_format)
		return;
	queue = &nic->rx[id];
	if (queue->header_size && frame->headers && frame->headers <= queue->header_size)
		part.headers = frame->headers;
	part.data += part.headers;
	left = frame->length - part.headers;
	buffers = max(1u, DIV_ROUND_UP(left, queue->buffer_size));
	if (posted(queue) < buffers) {
		queue->no_buffers++;
		gvnic_event(nic, queue->vector, 0);
		return;
	}
	while (buffers--) {
		struct gve_rx_compl_desc_dqo completion;

		part.length = min_t(u32, left, queue->buffer_size);
		part.last = !buffers;
		completion = describe(frame, &part, hash);
		if (!fill(nic, queue, &part, &completion.buf_id))
			completion.rx_error = 1;
		write_completion(nic, queue, &completion);
		part.data += part.length;
		left -= part.length;
		part.headers = 0;
	}
	queue->packets++;
	nic->received[id] +=
		frame->segment_size ? DIV_ROUND_UP(frame->length - frame->headers, frame->segment_size) : 1;
	queue->split += queue->header_size && frame->headers;
	queue->bad_checksums += frame->l4_error;
	gvnic_event(nic, queue->vector, 1);
}
