// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/fd.h"

namespace rxlease::kernel {

// Wakes a thread that waits in poll(): an eventfd. Each thread may call each function.
class Event {
 public:
  Event();  // KernelError if no descriptor is left

  int fd() const { return fd_.get(); }  // readable from set() until clear()
  void set() const;
  void clear() const;

 private:
  Fd fd_;
};

}  // namespace rxlease::kernel
