// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <xdp/xsk.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace rxlease::examples {

// What the kernel counted as lost.
struct Losses {
  std::uint64_t dropped = 0, without_room = 0, invalid = 0;  // packets

  Losses& operator+=(const Losses& more);
  std::string to_string() const;
};

// An AF_XDP socket and its memory, by libxdp. Each frame of the memory is the kernel's until a packet has
// come in it; then it is sent back, and is the kernel's again. 4 MiB: it fits the usual limit of locked
// memory. Failures are std::system_errors.
class Frames {
 public:
  // Bound to a queue without copies. EOPNOTSUPP: it cannot, as the interface is no single netkit.
  Frames(const std::string& interface, std::uint32_t queue);

  int fd() const { return xsk_socket__fd(socket_.get()); }
  bool is_zero_copy() const;  // by the kernel's word
  Losses losses() const;

  // Waits for packets and sends each back after `change` was called with it. How many; 0 after
  // `patience_ms` without any, or as soon as the descriptor `other` can be read. Once the interface is gone
  // no more packets come, and none are sent; there is no error.
  template <typename Change>
  std::uint32_t turn_around(int patience_ms, int other, Change change) {
    const auto got = receive(patience_ms, other);
    for (std::uint32_t i = 0; i < got.count; ++i) change(queue_for_sending(got.first, i));
    send(got.count);
    return got.count;
  }

  // Waits until the NIC has sent every packet that was queued: the socket's end takes those that it has not.
  // Throws after `patience_ms`.
  void finish_sending(int patience_ms);

 private:
  struct Received {
    std::uint32_t first = 0, count = 0;
  };
  Received receive(int patience_ms, int other);
  std::span<std::byte> queue_for_sending(std::uint32_t first, std::uint32_t index);
  void send(std::uint32_t count);
  void wake_sender();
  void reuse_sent();

  struct Unmap {
    void operator()(std::byte* memory) const;
  };
  struct Delete {
    void operator()(xsk_umem* umem) const { xsk_umem__delete(umem); }
    void operator()(xsk_socket* socket) const { xsk_socket__delete(socket); }
  };

  std::unique_ptr<std::byte, Unmap> memory_;
  xsk_ring_prod fill_{}, tx_{};
  xsk_ring_cons completion_{}, rx_{};
  std::uint32_t tx_first_ = 0;
  std::uint32_t on_the_way_ = 0;  // queued for sending, and not yet reused
  std::unique_ptr<xsk_umem, Delete> umem_;
  std::unique_ptr<xsk_socket, Delete> socket_;
};

}  // namespace rxlease::examples
