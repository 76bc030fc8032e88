// SPDX-License-Identifier: Apache-2.0
#include "kernel/termination.h"

#include <sys/signalfd.h>

#include <csignal>

#include "kernel/error.h"

namespace rxlease::kernel {

Fd block_termination() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  Fd fd(signalfd(-1, &set, SFD_CLOEXEC));
  if (!fd) throw_errno("signalfd");
  return fd;
}

}  // namespace rxlease::kernel
