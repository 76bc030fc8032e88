// SPDX-License-Identifier: Apache-2.0
#include "tests/simnic/xdp/zero_copy_socket.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "kernel/error.h"

namespace rxlease::tests {

namespace {

constexpr std::uint32_t frames = 1024;  // as many as each ring has entries

template <typename Value>
void set(const kernel::Fd& socket, int option, const Value& value) {
  if (setsockopt(socket.get(), SOL_XDP, option, &value, sizeof(value)) != 0) {
    kernel::throw_errno("setsockopt AF_XDP " + std::to_string(option));
  }
}

template <typename Value>
Value get(const kernel::Fd& socket, int option) {
  Value value{};
  socklen_t size = sizeof(value);
  if (getsockopt(socket.get(), SOL_XDP, option, &value, &size) != 0) {
    kernel::throw_errno("getsockopt AF_XDP " + std::to_string(option));
  }
  return value;
}

}  // namespace

SharedMemory::SharedMemory(std::size_t size, int fd, std::uint64_t offset) : size_(size) {
  const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE;
  void* const address = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, static_cast<off_t>(offset));
  if (address == MAP_FAILED) kernel::throw_errno("mmap");
  data_ = static_cast<std::byte*>(address);
}

SharedMemory::~SharedMemory() {
  munmap(data_, size_);
}

ZeroCopySocket::ZeroCopySocket(std::uint32_t ifindex, std::uint32_t queue, std::uint16_t mode)
    : memory_(frames * frame_size, -1, 0), socket_(socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0)) {
  if (!socket_) kernel::throw_errno("socket AF_XDP");
  xdp_umem_reg memory{};
  memory.addr = reinterpret_cast<std::uintptr_t>(memory_.data());
  memory.len = frames * frame_size;
  memory.chunk_size = frame_size;
  set(socket_, XDP_UMEM_REG, memory);
  for (const int ring : {XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING, XDP_TX_RING}) {
    set(socket_, ring, frames);
  }
  const auto offsets = get<xdp_mmap_offsets>(socket_, XDP_MMAP_OFFSETS);
  fill_.emplace(socket_, XDP_UMEM_PGOFF_FILL_RING, offsets.fr, frames);
  completion_.emplace(socket_, XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr, frames);
  rx_.emplace(socket_, XDP_PGOFF_RX_RING, offsets.rx, frames);
  tx_.emplace(socket_, XDP_PGOFF_TX_RING, offsets.tx, frames);
  for (std::uint64_t frame = 0; frame < frames; ++frame) fill_->put(frame * frame_size);

  sockaddr_xdp address{};
  address.sxdp_family = AF_XDP;
  address.sxdp_flags = mode;
  address.sxdp_ifindex = ifindex;
  address.sxdp_queue_id = queue;
  if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    kernel::throw_errno("bind AF_XDP to queue " + std::to_string(queue));
  }
}

bool ZeroCopySocket::is_zero_copy() const {
  return (get<xdp_options>(socket_, XDP_OPTIONS).flags & XDP_OPTIONS_ZEROCOPY) != 0;
}

std::optional<xdp_desc> ZeroCopySocket::receive(int patience_ms) {
  reuse_sent();
  if (const auto frame = rx_->take()) return frame;
  pollfd waiting{socket_.get(), POLLIN, 0};
  if (poll(&waiting, 1, patience_ms) < 0) kernel::throw_errno("poll AF_XDP");
  return rx_->take();
}

void ZeroCopySocket::send(const xdp_desc& frame) {
  tx_->put({frame.addr, frame.len, 0});
  ++on_the_way_;
  if (sendto(socket_.get(), nullptr, 0, MSG_DONTWAIT, nullptr, 0) < 0 && errno != EAGAIN && errno != EBUSY) {
    kernel::throw_errno("sending by AF_XDP");
  }
}

void ZeroCopySocket::reuse_sent() {
  while (const auto address = completion_->take()) {
    fill_->put(*address);
    --on_the_way_;
  }
}

bool ZeroCopySocket::flush(int patience_ms) {
  for (reuse_sent(); on_the_way_ > 0; reuse_sent()) {
    if (patience_ms-- == 0) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace rxlease::tests
