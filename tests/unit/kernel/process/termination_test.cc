// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/termination.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

namespace rxlease::kernel {
namespace {

bool is_readable(const Fd& fd) {
  pollfd entry{fd.get(), POLLIN, 0};
  return poll(&entry, 1, 0) == 1;
}

// Runs in a process of its own, since it changes what signals do. The body exits with a number if it fails.
void expect_well(void (*body)()) {
  EXPECT_EXIT(
      {
        body();
        _exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(Termination, IsNotLostWhenItComesBeforeAnybodyWaits) {
  expect_well([] {
    { const auto early = block_termination(); }
    raise(SIGTERM);
    if (!is_readable(block_termination())) _exit(1);
  });
}

TEST(Termination, EndsTheProcessAgainWhenItIsUnblocked) {
  EXPECT_EXIT(
      {
        const auto blocked = block_termination();
        raise(SIGTERM);
        unblock_termination();
        _exit(0);
      },
      testing::KilledBySignal(SIGTERM), "");
}

TEST(Hangup, IsTakenOnceHoweverOftenItCame) {
  expect_well([] {
    const auto hangup = block_hangup();
    if (is_pending(hangup)) _exit(1);
    raise(SIGHUP);
    raise(SIGHUP);
    if (!is_pending(hangup)) _exit(2);
    if (is_pending(hangup) || is_readable(hangup)) _exit(3);
  });
}

TEST(OtherSignals, EndNothing) {
  expect_well([] {
    ignore_other_signals();
    for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2}) raise(signal);
  });
}

}  // namespace
}  // namespace rxlease::kernel
