// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/afxdp/frames.h"

#include <linux/if_xdp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "deploy/examples/zerocopy/failure.h"

namespace rxlease::examples {

namespace {

constexpr std::uint32_t frame_size = XSK_UMEM__DEFAULT_FRAME_SIZE;
constexpr std::uint32_t frames = 1024;
constexpr std::size_t memory_size = std::size_t{frames} * frame_size;
constexpr int attempts = 100;
constexpr std::chrono::milliseconds pause{20};
constexpr std::chrono::milliseconds short_pause{1};

std::byte* map_memory() {
  void* const memory = mmap(nullptr, memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  return static_cast<std::byte*>(memory);
}

// libxdp returns negative errnos.
void check(int result, const std::string& what) {
  if (result >= 0) return;
  errno = -result;
  fail(what);
}

}  // namespace

Losses& Losses::operator+=(const Losses& more) {
  dropped += more.dropped;
  without_room += more.without_room;
  invalid += more.invalid;
  return *this;
}

std::string Losses::to_string() const {
  return std::to_string(dropped) + " dropped, " + std::to_string(without_room) +
         " without room in the ring, " + std::to_string(invalid) + " invalid";
}

void Frames::Unmap::operator()(std::byte* memory) const {
  munmap(memory, memory_size);
}

Frames::Frames(const std::string& interface, std::uint32_t queue) : memory_(map_memory()) {
  xsk_umem_config umem_config{};
  umem_config.fill_size = umem_config.comp_size = frames;
  umem_config.frame_size = frame_size;
  xsk_umem* umem = nullptr;
  check(xsk_umem__create(&umem, memory_.get(), memory_size, &fill_, &completion_, &umem_config),
        "registering memory for AF_XDP");
  umem_.reset(umem);

  xsk_socket_config config{};
  config.rx_size = config.tx_size = frames;
  config.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;  // the program is there, on the NIC
  config.bind_flags = XDP_ZEROCOPY | XDP_USE_NEED_WAKEUP;
  xsk_socket* socket = nullptr;
  const auto bind = [&] {
    return xsk_socket__create(&socket, interface.c_str(), queue, umem_.get(), &rx_, &tx_, &config);
  };
  auto result = bind();
  // The kernel takes the queue from a program that has just ended in the background.
  for (int left = attempts; result == -EBUSY && left > 0; --left) {
    std::this_thread::sleep_for(pause);
    result = bind();
  }
  check(result, "binding AF_XDP to queue " + std::to_string(queue) + " of " + interface);
  socket_.reset(socket);

  std::uint32_t first = 0;
  xsk_ring_prod__reserve(&fill_, frames, &first);
  for (std::uint32_t i = 0; i < frames; ++i) {
    *xsk_ring_prod__fill_addr(&fill_, first + i) = std::uint64_t{i} * frame_size;
  }
  xsk_ring_prod__submit(&fill_, frames);
}

bool Frames::is_zero_copy() const {
  xdp_options options{};
  socklen_t size = sizeof(options);
  if (getsockopt(fd(), SOL_XDP, XDP_OPTIONS, &options, &size) != 0) fail("getsockopt XDP_OPTIONS");
  return (options.flags & XDP_OPTIONS_ZEROCOPY) != 0;
}

Losses Frames::losses() const {
  xdp_statistics counted{};
  socklen_t size = sizeof(counted);
  if (getsockopt(fd(), SOL_XDP, XDP_STATISTICS, &counted, &size) != 0) fail("getsockopt XDP_STATISTICS");
  return {counted.rx_dropped, counted.rx_ring_full, counted.rx_invalid_descs + counted.tx_invalid_descs};
}

Frames::Received Frames::receive(int patience_ms, int other) {
  reuse_sent();
  Received got;
  got.count = xsk_ring_cons__peek(&rx_, frames, &got.first);
  if (got.count == 0) {
    std::array<pollfd, 2> waiting{pollfd{fd(), POLLIN, 0}, pollfd{other, POLLIN, 0}};
    if (poll(waiting.data(), waiting.size(), patience_ms) < 0) fail("poll");
    got.count = xsk_ring_cons__peek(&rx_, frames, &got.first);
  }
  // As many can be under way as there are frames, so there is always room.
  xsk_ring_prod__reserve(&tx_, got.count, &tx_first_);
  return got;
}

std::span<std::byte> Frames::queue_for_sending(std::uint32_t first, std::uint32_t index) {
  const auto* received = xsk_ring_cons__rx_desc(&rx_, first + index);
  auto* sent = xsk_ring_prod__tx_desc(&tx_, tx_first_ + index);
  *sent = {received->addr, received->len, 0};
  return {memory_.get() + received->addr, received->len};
}

void Frames::send(std::uint32_t count) {
  if (count == 0) return;
  xsk_ring_cons__release(&rx_, count);
  xsk_ring_prod__submit(&tx_, count);
  on_the_way_ += count;
  wake_sender();
}

void Frames::finish_sending(int patience_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  for (reuse_sent(); on_the_way_ > 0; reuse_sent()) {
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("the NIC did not send " + std::to_string(on_the_way_) + " packets");
    }
    wake_sender();
    std::this_thread::sleep_for(short_pause);
  }
}

void Frames::wake_sender() {
  if (xsk_ring_prod__needs_wakeup(&tx_) == 0) return;
  if (sendto(fd(), nullptr, 0, MSG_DONTWAIT, nullptr, 0) >= 0 || errno == EAGAIN || errno == EBUSY) return;
  if (errno != ENETDOWN && errno != ENXIO) fail("sendto");  // the interface is down, or gone
}

void Frames::reuse_sent() {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  const auto count = xsk_ring_cons__peek(&completion_, frames, &from);
  if (count == 0) return;
  xsk_ring_prod__reserve(&fill_, count, &to);
  for (std::uint32_t i = 0; i < count; ++i) {
    *xsk_ring_prod__fill_addr(&fill_, to + i) = *xsk_ring_cons__comp_addr(&completion_, from + i);
  }
  xsk_ring_cons__release(&completion_, count);
  xsk_ring_prod__submit(&fill_, count);
  on_the_way_ -= count;
  if (xsk_ring_prod__needs_wakeup(&fill_) != 0) recvfrom(fd(), nullptr, 0, MSG_DONTWAIT, nullptr, nullptr);
}

}  // namespace rxlease::examples
