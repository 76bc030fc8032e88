// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/if_xdp.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/fd.h"

namespace rxlease::tests {

// A shared mapping, undone when it ends.
class SharedMemory {
 public:
  // Throws kernel::KernelError. Without a descriptor: zeroed memory of its own.
  SharedMemory(std::size_t size, int fd, std::uint64_t offset);
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();
  std::byte* data() const { return data_; }

 private:
  std::byte* data_;
  std::size_t size_;
};

// One of the four rings that an AF_XDP socket shares with the kernel.
template <typename Entry>
class XdpRing {
 public:
  XdpRing(const kernel::Fd& socket, std::uint64_t page_offset, const xdp_ring_offset& offsets,
          std::uint32_t entries)
      : memory_(offsets.desc + entries * sizeof(Entry), socket.get(), page_offset),
        offsets_(offsets),
        mask_(entries - 1) {}

  // For rings that the kernel reads. There must be room.
  void put(const Entry& entry) {
    const auto at = index(offsets_.producer).load(std::memory_order_relaxed);
    entries()[at & mask_] = entry;
    index(offsets_.producer).store(at + 1, std::memory_order_release);
  }

  // For rings that the kernel writes.
  std::optional<Entry> take() {
    const auto at = index(offsets_.consumer).load(std::memory_order_relaxed);
    if (at == index(offsets_.producer).load(std::memory_order_acquire)) return std::nullopt;
    const Entry entry = entries()[at & mask_];
    index(offsets_.consumer).store(at + 1, std::memory_order_release);
    return entry;
  }

 private:
  std::atomic_ref<std::uint32_t> index(std::uint64_t offset) {
    return std::atomic_ref(*static_cast<std::uint32_t*>(static_cast<void*>(memory_.data() + offset)));
  }
  Entry* entries() { return static_cast<Entry*>(static_cast<void*>(memory_.data() + offsets_.desc)); }

  SharedMemory memory_;
  xdp_ring_offset offsets_;
  std::uint32_t mask_;
};

// An AF_XDP socket that receives and sends without copies. Every frame has a place of its own in its memory;
// a frame that was received is sent back, or released, before its place is used again.
class ZeroCopySocket {
 public:
  // Bound to a queue of an interface of the calling thread's network namespace; to compare, with XDP_COPY in
  // place of XDP_ZEROCOPY. Throws kernel::KernelError; EOPNOTSUPP: zero-copy is not possible there.
  ZeroCopySocket(std::uint32_t ifindex, std::uint32_t queue, std::uint16_t mode = XDP_ZEROCOPY);

  const kernel::Fd& fd() const { return socket_; }

  // What the kernel says.
  bool is_zero_copy() const;

  // The next frame; waits for it. nullopt after `patience_ms` without one.
  std::optional<xdp_desc> receive(int patience_ms);
  std::span<std::byte> bytes(const xdp_desc& frame) const { return {memory_.data() + frame.addr, frame.len}; }
  void send(const xdp_desc& frame);
  void release(const xdp_desc& frame) { fill_->put(frame.addr - frame.addr % frame_size); }

  // Waits until the NIC has every frame that was sent: the socket's end would take those that it has not.
  // False when it has not within `patience_ms`.
  bool flush(int patience_ms);

 private:
  static constexpr std::size_t frame_size = 4096;

  void reuse_sent();

  std::uint32_t on_the_way_ = 0;  // frames sent and not yet reused
  SharedMemory memory_;
  kernel::Fd socket_;
  std::optional<XdpRing<std::uint64_t>> fill_, completion_;
  std::optional<XdpRing<xdp_desc>> rx_, tx_;
};

}  // namespace rxlease::tests
