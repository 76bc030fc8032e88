// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

#include "kernel/fd.h"

namespace rxlease::tests {

// A process that has locks until it is killed. `lock` runs in it, before it says that it is ready.
class LockHolder {
 public:
  explicit LockHolder(const std::function<void()>& lock) {
    int ready[2] = {-1, -1};
    EXPECT_EQ(pipe2(ready, O_CLOEXEC), 0);
    process_ = fork();
    if (process_ == 0) {
      lock();
      if (write(ready[1], "1", 1) != 1) _exit(1);
      for (;;) pause();
    }
    const kernel::Fd reader(ready[0]);
    close(ready[1]);
    char byte = 0;
    EXPECT_EQ(read(reader.get(), &byte, 1), 1);
  }
  LockHolder(const LockHolder&) = delete;
  LockHolder& operator=(const LockHolder&) = delete;
  ~LockHolder() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  void stop() const {
    kill(process_, SIGSTOP);
    waitpid(process_, nullptr, WUNTRACED);
  }
  std::string name() const { return "process " + std::to_string(process_); }

 private:
  pid_t process_ = 0;
};

}  // namespace rxlease::tests
