// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/event.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace rxlease::tests {
namespace {

bool is_readable(const kernel::Event& event, int patience_ms = 0) {
  pollfd waiting{event.fd(), POLLIN, 0};
  return poll(&waiting, 1, patience_ms) == 1;
}

TEST(Event, IsReadableFromSetUntilClear) {
  const kernel::Event event;
  EXPECT_FALSE(is_readable(event));
  event.set();
  event.set();
  EXPECT_TRUE(is_readable(event));
  event.clear();
  EXPECT_FALSE(is_readable(event));
}

TEST(Event, CanBeClearedWhenItIsNotSet) {
  const kernel::Event event;
  event.clear();
  EXPECT_FALSE(is_readable(event));
}

TEST(Event, WakesAThreadThatWaits) {
  const kernel::Event event;
  const std::jthread other([&] { event.set(); });
  EXPECT_TRUE(is_readable(event, 10000));
}

}  // namespace
}  // namespace rxlease::tests
