// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/fd.h"

namespace rxlease::kernel {

// An io_uring to which queues are bound, and that receives nothing. REQUIRES: used by one thread.
class ZeroCopyRing {
 public:
  // KernelError "io_uring_setup": ENOSYS: the kernel has no io_uring; EPERM: kernel.io_uring_disabled or a
  // seccomp profile forbids it; ENOMEM: RLIMIT_MEMLOCK.
  ZeroCopyRing();

  // Binds `size` bytes, a multiple of the page size, of new memory to a receive queue of a device in the
  // calling thread's network namespace. The queue restarts. It has its own memory back when the device of the
  // leased queue is gone, or some time after the end of the ring. Needs CAP_NET_ADMIN in the initial user
  // namespace. KernelError "zero-copy receive", which has no text of the kernel's. EOPNOTSUPP, ENODATA: the
  // driver cannot; EINVAL: header split is off, or hds-thresh is not 0; EBUSY, EEXIST: the queue is taken, or
  // the NIC has an XDP program; EPERM: no right; ENOMEM: RLIMIT_MEMLOCK.
  void bind(std::uint32_t ifindex, std::uint32_t queue, std::size_t size) const;

 private:
  Fd fd_;
};

}  // namespace rxlease::kernel
