// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>

namespace rxlease::tests {

// Ends a program with SIGKILL at one system call of its run, counted from 1. Between two system calls a
// process changes nothing that anyone else sees; so whoever tries each call in turn has tried every instant.
class Killer {
 public:
  enum class Counted {
    every_call,      // all calls of the program itself; of the processes it starts, as below
    changing_calls,  // those that change something outside the process: files, sockets, processes
    requests,        // messages to the kernel
  };
  enum class Victim {
    group,    // the program and all that it has started, as when a container's cgroup is killed
    program,  // the program alone, as a runtime does whose patience is at an end; the others go on
    nobody,   // the call only comes late
  };

  struct Moment {
    unsigned call = 1;
    Counted counted = Counted::every_call;
    Victim victim = Victim::group;
    // From the call's entry to the kill. 0: the kernel never gets to carry the call out. With nobody for a
    // victim, from the entry until the kernel does.
    std::chrono::milliseconds delay{0};
  };

  explicit Killer(Moment moment);

  // To be run in the process that is about to become the program (ChildProcess::Options::before_exec): makes
  // a child that becomes it instead, and stays as its tracer until it and everything that it started has
  // ended. Then the process ends as the program did, with status 128 + SIGKILL when it was killed.
  void take_over() const;

  // After that: whether the call came about, and whether it was the program's own.
  bool has_struck() const;
  bool struck_program() const;

  // "at call 81 (system call 257 of the program)", for messages.
  std::string describe() const;

 private:
  struct Report {
    bool has_struck;
    bool in_program;  // and not in a process that it started
    long number;      // of the system call
  };
  struct Unmap {
    void operator()(Report* report) const;
  };

  int trace(pid_t program) const;
  bool counts(pid_t process, pid_t program) const;
  void strike(pid_t process, pid_t program, const std::set<pid_t>& all) const;

  Moment moment_;
  std::unique_ptr<Report, Unmap> report_;  // shared with the tracer
};

constexpr Killer::Moment any_change{.counted = Killer::Counted::changing_calls};

}  // namespace rxlease::tests
