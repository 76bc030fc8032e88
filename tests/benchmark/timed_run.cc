// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmark/timed_run.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "kernel/error.h"
#include "kernel/fd.h"

namespace rxlease::benchmark {

namespace {

using kernel::Fd;

struct Pipe {
  Fd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) kernel::throw_errno("pipe2");
  return {Fd(ends[0]), Fd(ends[1])};
}

// The form that exec wants; `words` must stay as they are while it is used.
std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  all.reserve(words.size() + 1);
  for (auto& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

std::string read_all(const Fd& fd) {
  std::string text;
  std::array<char, 4096> block{};
  for (ssize_t got = 0; (got = read(fd.get(), block.data(), block.size())) > 0;) {
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

Timed run(const Invocation& invocation) {
  std::vector<std::string> words{invocation.program};
  words.insert(words.end(), invocation.arguments.begin(), invocation.arguments.end());
  std::vector<std::string> variables;
  variables.reserve(invocation.environment.size());
  for (const auto& [name, value] : invocation.environment) {
    variables.emplace_back(name).append("=").append(value);
  }
  const auto argv = pointers(words);
  const auto envp = pointers(variables);

  Pipe input = make_pipe();
  Pipe output = make_pipe();
  const auto size = static_cast<ssize_t>(invocation.input.size());
  if (write(input.write_end.get(), invocation.input.data(), invocation.input.size()) != size) {
    kernel::throw_errno("write to a pipe");
  }
  input.write_end.reset();
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read_end.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write_end.get(), STDOUT_FILENO);

  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int error = posix_spawn(&child, words.front().c_str(), &actions, nullptr, argv.data(), envp.data());
  if (error != 0) throw kernel::KernelError("exec " + words.front(), error);
  output.write_end.reset();
  const auto text = read_all(output.read_end);
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) kernel::throw_errno("wait4");
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;

  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) throw std::runtime_error(words.front() + " failed: " + text);
  return {took.count(), usage.ru_maxrss};
}

}  // namespace rxlease::benchmark
