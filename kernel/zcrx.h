// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

// What io_uring's zero-copy receive (zcrx) adds to <linux/io_uring.h>, as of Linux 7.3:
// include/uapi/linux/io_uring.h and include/uapi/linux/io_uring/zcrx.h. Here because Debian 12's headers are
// of 6.1.
namespace rxlease::kernel::zcrx {

constexpr std::uint8_t op_recv_zc = 58;            // IORING_OP_RECV_ZC; the queue's id goes to sqe.file_index
constexpr unsigned register_queue = 32;            // IORING_REGISTER_ZCRX_IFQ, with a QueueRequest
constexpr unsigned register_control = 36;          // IORING_REGISTER_ZCRX_CTRL, with a Control
constexpr std::uint32_t region_of_user = 1;        // IORING_MEM_REGION_TYPE_USER
constexpr std::uint32_t event_has_statistics = 1;  // ZCRX_EVENT_DESC_FLAG_STATS
constexpr std::uint32_t control_flush = 0;         // ZCRX_CTRL_FLUSH_RQ
constexpr std::uint64_t offset_mask =
    (std::uint64_t{1} << 48) - 1;  // without the area: IORING_ZCRX_AREA_SHIFT

// struct io_uring_zcrx_rqe: a buffer that the program gives back.
struct Refill {
  std::uint64_t offset;
  std::uint32_t length;
  std::uint32_t padding;
};

// struct io_uring_zcrx_offsets: where the refill ring's parts are in its region.
struct RefillOffsets {
  std::uint32_t head;
  std::uint32_t tail;
  std::uint32_t entries;
  std::uint32_t reserved2;
  std::array<std::uint64_t, 2> reserved;
};

// struct io_uring_zcrx_area_reg: the memory that the NIC writes to.
struct Area {
  std::uint64_t address;
  std::uint64_t length;
  std::uint64_t token;  // set by the kernel
  std::uint32_t flags;
  std::uint32_t dmabuf;
  std::array<std::uint64_t, 2> reserved;
};

// struct io_uring_region_desc: the memory of the refill ring.
struct Region {
  std::uint64_t address;
  std::uint64_t size;
  std::uint32_t flags;
  std::uint32_t id;
  std::uint64_t mmap_offset;
  std::array<std::uint64_t, 4> reserved;
};

// struct zcrx_event_desc.
struct Events {
  std::uint64_t user_data;
  std::uint32_t types;
  std::uint32_t flags;
  std::uint64_t statistics_offset;  // in the region, behind the refill ring
  std::array<std::uint64_t, 9> reserved;
};

// struct zcrx_stats, which the kernel keeps up to date.
struct Statistics {
  std::uint64_t copies;
  std::uint64_t copied_bytes;
};

// struct io_uring_zcrx_ifq_reg.
struct QueueRequest {
  std::uint32_t ifindex;
  std::uint32_t queue;
  std::uint32_t refill_entries;
  std::uint32_t flags;
  std::uint64_t area;    // address of an Area
  std::uint64_t region;  // address of a Region
  RefillOffsets offsets;
  std::uint32_t id;  // set by the kernel
  std::uint32_t buffer_length;
  std::uint64_t events;  // address of an Events
  std::array<std::uint64_t, 2> reserved;
};

// struct zcrx_ctrl.
struct Control {
  std::uint32_t id;
  std::uint32_t operation;
  std::array<std::uint64_t, 2> reserved;
  std::array<std::uint64_t, 6> arguments;
};

static_assert(sizeof(Area) == 48 && sizeof(Region) == 64 && sizeof(Events) == 96 &&
              sizeof(QueueRequest) == 96 && sizeof(Control) == 72);

}  // namespace rxlease::kernel::zcrx
