// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "deploy/examples/zerocopy/ring.h"
#include "kernel/zcrx.h"

namespace rxlease::examples {

namespace zcrx = kernel::zcrx;

// A receive queue whose packets' payload the NIC writes straight into this process's memory. In a pod it is a
// queue of the netkit interface: the one in lease.json. The NIC gets the queue's own memory back when the
// ring ends.
class ZeroCopyQueue {
 public:
  // Binds queue `queue` of `interface` to `area_size` bytes (a multiple of the page size) of new memory.
  // Needs CAP_NET_ADMIN in the initial user namespace, and memory that may be locked. Throws
  // std::system_error, among them EEXIST: bound already; EINVAL: the NIC's header split is off, or its
  // hds-thresh is not 0; EOPNOTSUPP: the queue is not leased from a NIC that can.
  ZeroCopyQueue(Ring& ring, const std::string& interface, std::uint32_t queue, std::size_t area_size);

  // Asks for everything that the socket receives, as completions with `user_data`, until the peer closes.
  void receive(int socket, std::uint64_t user_data);

  // The bytes of a completion. They remain until they are given back.
  std::span<const std::byte> bytes(const Ring::Completion& completion) const;
  void give_back(const Ring::Completion& completion);

  // Has the kernel take what was given back at once. It does so by itself only as packets come through the
  // queue.
  void flush();

  // By the kernel's own count: what did not come through this queue, so that it had to be copied into the
  // area.
  std::uint64_t copied_bytes() const;

 private:
  Ring& ring_;
  Mapping area_;
  std::uint32_t refill_entries_;
  Mapping region_;  // the refill ring, and statistics behind it
  zcrx::QueueRequest request_{};
  zcrx::Area area_request_{};
};

}  // namespace rxlease::examples
