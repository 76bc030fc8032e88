// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <chrono>

#include "kernel/error.h"
#include "kernel/fd.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::kernel {
namespace {

constexpr int killed = 128 + 9;

TEST(Run, HandsOverArgumentsEnvironmentAndInput) {
  const auto completed = run({.path = "/bin/sh",
                              .arguments = {"-c", R"sh(echo "$1, $GIVEN, $(cat)")sh", "sh", "one argument"},
                              .environment = {{"GIVEN", "a variable"}},
                              .input = "some input"});
  EXPECT_EQ(completed.status, 0);
  EXPECT_EQ(completed.output, "one argument, a variable, some input\n");
}

TEST(Run, TellsHowTheProgramEnded) {
  EXPECT_EQ(run({.path = "/bin/sh", .arguments = {"-c", "exit 3"}}).status, 3);
  EXPECT_EQ(run({.path = "/bin/sh", .arguments = {"-c", "kill -9 $$"}}).status, killed);
  EXPECT_THROW(run({.path = "/no/such/program"}), KernelError);
}

TEST(Run, KillsWhatTakesTooLong) {
  const auto completed = run({.path = "/bin/sh",
                              .arguments = {"-c", "echo begun; exec sleep 60"},
                              .limit = std::chrono::milliseconds{50}});
  EXPECT_EQ(completed.status, killed);
  EXPECT_EQ(completed.output, "");
  EXPECT_EQ(completed.exceeded, Limit::time);
}

// As a script around an IPAM plugin does: what goes on would reserve addresses behind our back.
TEST(Run, KillsWhatTheProgramHasStartedToo) {
  const tests::ScratchDirectory scratch;
  const auto fifo = scratch / "alive";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const Fd read_end(open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto completed = run({.path = "/bin/sh",
                              .arguments = {"-c", "sleep 60 >" + fifo + "; echo never"},
                              .limit = std::chrono::milliseconds{500}});
  EXPECT_EQ(completed.exceeded, Limit::time);
  pollfd closed{read_end.get(), POLLIN, 0};
  EXPECT_EQ(poll(&closed, 1, 10000), 1) << "the inner program has the FIFO open";
  EXPECT_NE(closed.revents & POLLHUP, 0);
}

TEST(Run, KillsWhatTakesTooLongAfterItsOutput) {
  const auto completed = run({.path = "/bin/sh",
                              .arguments = {"-c", "echo all; exec >&-; exec sleep 60"},
                              .limit = std::chrono::milliseconds{50}});
  EXPECT_EQ(completed.status, killed);
  EXPECT_EQ(completed.output, "all\n");
  EXPECT_EQ(completed.exceeded, Limit::time);
}

TEST(Run, KillsWhatPrintsTooMuch) {
  const auto completed = run({.path = "/bin/sh", .arguments = {"-c", "exec yes"}, .longest_output = 100});
  EXPECT_EQ(completed.status, killed);
  EXPECT_EQ(completed.output, "");
  EXPECT_EQ(completed.exceeded, Limit::output);
}

// An IPAM plugin may leave a server of its own running, which has its standard output.
TEST(Run, DoesNotWaitForWhatTheProgramLeavesRunning) {
  const auto begin = std::chrono::steady_clock::now();
  const auto completed = run({.path = "/bin/sh", .arguments = {"-c", "sleep 20 & echo all"}});
  EXPECT_EQ(completed.status, 0);
  EXPECT_EQ(completed.output, "all\n");
  EXPECT_FALSE(completed.exceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

// All that the program itself printed is there, though its end is known before all is read.
TEST(Run, ReadsAllThatTheProgramPrintedBeforeItsEnd) {
  const auto completed = run({.path = "/bin/sh", .arguments = {"-c", "sleep 20 & head -c 60000 /dev/zero"}});
  EXPECT_EQ(completed.output.size(), 60000U);
}

// What it leaves running may print for ever.
TEST(Run, ReadsNothingForeverOfWhatTheProgramLeavesRunning) {
  const auto completed =
      run({.path = "/bin/sh", .arguments = {"-c", "timeout 20 yes & exit 3"}, .longest_output = 1 << 20});
  EXPECT_EQ(completed.status, 3);
  EXPECT_FALSE(completed.exceeded);
}

}  // namespace
}  // namespace rxlease::kernel
