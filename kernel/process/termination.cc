// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/termination.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <initializer_list>

#include "kernel/error.h"

namespace rxlease::kernel {

namespace {

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

Fd block_signals(const sigset_t& set) {
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  Fd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) throw_errno("signalfd");
  return fd;
}

}  // namespace

Fd block_termination() {
  return block_signals(set_of({SIGTERM, SIGINT}));
}

void unblock_termination() {
  const auto set = set_of({SIGTERM, SIGINT});
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

Fd block_hangup() {
  return block_signals(set_of({SIGHUP}));
}

bool is_pending(const Fd& signals) {
  signalfd_siginfo info{};
  bool any = false;
  while (read(signals.get(), &info, sizeof(info)) == sizeof(info)) any = true;
  return any;
}

void ignore_other_signals() {
  for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2}) std::signal(signal, SIG_IGN);
}

}  // namespace rxlease::kernel
