// SPDX-License-Identifier: Apache-2.0
#include "kernel/process.h"

#include <gtest/gtest.h>

#include "kernel/error.h"

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
}

TEST(Run, KillsWhatTakesTooLongAfterItsOutput) {
  const auto completed = run({.path = "/bin/sh",
                              .arguments = {"-c", "echo all; exec >&-; exec sleep 60"},
                              .limit = std::chrono::milliseconds{50}});
  EXPECT_EQ(completed.status, killed);
  EXPECT_EQ(completed.output, "all\n");
}

TEST(Run, KillsWhatPrintsTooMuch) {
  const auto completed = run({.path = "/bin/sh", .arguments = {"-c", "exec yes"}, .longest_output = 100});
  EXPECT_EQ(completed.status, killed);
  EXPECT_EQ(completed.output, "");
}

}  // namespace
}  // namespace rxlease::kernel
