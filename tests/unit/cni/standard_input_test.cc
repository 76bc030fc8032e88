// SPDX-License-Identifier: Apache-2.0
#include "cni/standard_input.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "cni/spec/error.h"
#include "kernel/fd.h"

namespace rxlease::cni {
namespace {

using namespace std::chrono_literals;
using kernel::Fd;

// A pipe whose writing end is the test's.
struct Input {
  Input() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    from = Fd(ends[0]);
    to = Fd(ends[1]);
  }
  void say(const std::string& text) const {
    EXPECT_EQ(write(to.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  Fd from, to;
};

unsigned code_of(const Fd& fd, const InputLimits& limits) {
  try {
    read_input(fd.get(), limits);
  } catch (const Error& error) {
    EXPECT_FALSE(error.details().empty());
    return error.code();
  }
  return 0;
}

TEST(StandardInput, IsReadToItsEnd) {
  Input input;
  std::jthread writer([&] {
    for (const auto* const part : {"one", "two"}) {
      input.say(part);
      std::this_thread::sleep_for(10ms);
    }
    input.to.reset();
  });
  EXPECT_EQ(read_input(input.from.get()), "onetwo");
}

TEST(StandardInput, IsReadFromAFileToo) {
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(read_input(null.get()), "");
}

TEST(StandardInput, HasOneTimeLimitForAll) {
  const Input silent;
  EXPECT_EQ(code_of(silent.from, {.time = 30ms}), 5U);
  const Input slow;
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      slow.say(" ");
      std::this_thread::sleep_for(5ms);
    }
  });
  EXPECT_EQ(code_of(slow.from, {.time = 50ms}), 5U);
}

TEST(StandardInput, HasASizeLimit) {
  const Fd endless(open("/dev/zero", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(code_of(endless, {.bytes = 100000}), 6U);
}

TEST(StandardInput, MayNotBeReadable) {
  const Fd unreadable(open("/dev/null", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(code_of(unreadable, {}), 5U);
}

}  // namespace
}  // namespace rxlease::cni
