// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/retry.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <sstream>
#include <stdexcept>

namespace rxlease::deviceplugin::operate {

namespace {

using namespace std::chrono_literals;

struct Retry : testing::Test {
  kernel::Fd asked_to_end{eventfd(0, EFD_CLOEXEC)};
  std::ostringstream out;
  int attempts = 0;
};

TEST_F(Retry, EndsWithTheFirstAttemptThatIsDone) {
  const auto third_time = [&](std::ostream& account) {
    account << "look " << ++attempts << "\n";
    return attempts == 3;
  };
  EXPECT_TRUE(retry_until_done(third_time, 1ms, asked_to_end, out));
  EXPECT_EQ(out.str(), "look 1\nlook 2\nlook 3\n");
}

TEST_F(Retry, TellsTheSameOnlyOnce) {
  const auto work = [&](std::ostream& account) {
    account << (++attempts == 4 ? "removed\n" : "in use\n");
    return attempts == 4;
  };
  EXPECT_TRUE(retry_until_done(work, 1ms, asked_to_end, out));
  EXPECT_EQ(out.str(), "in use\nremoved\n");
}

TEST_F(Retry, TakesAnExceptionForNotDone) {
  const auto work = [&](std::ostream&) {
    if (++attempts == 1) throw std::runtime_error("the daemon runs");
    return true;
  };
  EXPECT_TRUE(retry_until_done(work, 1ms, asked_to_end, out));
  EXPECT_EQ(out.str(), "the daemon runs\n");
}

TEST_F(Retry, EndsWhenAskedTo) {
  const auto never = [&](std::ostream&) {
    if (++attempts == 2) eventfd_write(asked_to_end.get(), 1);
    return false;
  };
  EXPECT_FALSE(retry_until_done(never, 1ms, asked_to_end, out));
  EXPECT_EQ(attempts, 2);
}

}  // namespace

}  // namespace rxlease::deviceplugin::operate
