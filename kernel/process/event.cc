// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/event.h"

#include <sys/eventfd.h>

#include "kernel/error.h"

namespace rxlease::kernel {

Event::Event() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_) throw_errno("eventfd");
}

void Event::set() const {
  eventfd_write(fd_.get(), 1);
}

void Event::clear() const {
  eventfd_t count = 0;
  eventfd_read(fd_.get(), &count);
}

}  // namespace rxlease::kernel
