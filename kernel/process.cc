// SPDX-License-Identifier: Apache-2.0
#include "kernel/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <string_view>

#include "kernel/error.h"
#include "kernel/fd.h"

namespace rxlease::kernel {

namespace {

struct Pipe {
  Fd read_end, write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe2");
  return {Fd(ends[0]), Fd(ends[1])};
}

// The child's descriptors 0 and 1, and if the command has them 2 and 3.
class FileActions {
 public:
  FileActions(const Command& command, int input, int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    if (command.silent) {
      posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (command.inherited >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, command.inherited, STDERR_FILENO + 1);
    }
  }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// The child starts with the default action of every signal; it does not inherit that we ignore SIGPIPE.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    sigset_t all{};
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// Our environment with the command's variables on top, as "NAME=VALUE" strings.
std::vector<std::string> merged_environment(const Command& command) {
  std::map<std::string, std::string, std::less<>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  for (const auto& [name, value] : command.environment) variables[name] = value;
  std::vector<std::string> environment;
  environment.reserve(variables.size());
  for (const auto& [name, value] : variables) environment.emplace_back(name).append("=").append(value);
  return environment;
}

pid_t spawn(const Command& command, int input, int output) {
  auto environment = merged_environment(command);
  std::vector<char*> envp;
  envp.reserve(environment.size() + 1);
  for (auto& entry : environment) envp.push_back(entry.data());
  envp.push_back(nullptr);
  std::string path = command.path;
  auto arguments = command.arguments;
  std::vector<char*> argv{path.data()};
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const FileActions actions(command, input, output);
  const SpawnAttributes attributes;
  pid_t child = 0;
  const int error =
      posix_spawn(&child, path.c_str(), actions.get(), attributes.get(), argv.data(), envp.data());
  if (error != 0) throw KernelError("exec " + command.path, error);
  return child;
}

// The end of a command's time limit, if it has one.
class Deadline {
 public:
  explicit Deadline(const std::optional<std::chrono::milliseconds>& limit) {
    if (limit) end_ = std::chrono::steady_clock::now() + *limit;
  }
  bool is_set() const { return end_.has_value(); }
  // As poll() takes it: -1 without an end, 0 when it is reached.
  int milliseconds_left() const {
    if (!end_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
  }

 private:
  std::optional<std::chrono::steady_clock::time_point> end_;
};

// Waits for the child's end, and kills it at the deadline: it may go on after it has closed its output.
int wait_for(pid_t child, const Deadline& deadline) {
  constexpr int pause_ms = 1;
  int status = 0;
  bool killed = false;
  for (;;) {
    const bool may_block = killed || !deadline.is_set();
    const pid_t ended = waitpid(child, &status, may_block ? 0 : WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) throw_errno("waitpid");
    if (ended < 0) continue;
    if (deadline.milliseconds_left() == 0) {
      kill(child, SIGKILL);
      killed = true;
    } else {
      poll(nullptr, 0, pause_ms);
    }
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Writes the child's input while reading its output: either side may be larger than a pipe holds. nullopt
// when a limit is exceeded.
std::optional<std::string> converse(const Command& command, const Deadline& deadline, Fd& to_child,
                                    const Fd& from_child) {
  std::string_view input = command.input;
  std::string output;
  std::array<char, 4096> block{};
  if (input.empty()) to_child.reset();
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{from_child.get(), POLLIN, 0}, pollfd{to_child.get(), POLLOUT, 0}};
    const int left = deadline.milliseconds_left();
    if (left == 0) return std::nullopt;
    if (poll(fds.data(), fds.size(), left) < 0) {
      if (errno == EINTR) continue;
      throw_errno("poll");
    }
    if (fds[1].revents != 0) {
      const ssize_t written = write(to_child.get(), input.data(), input.size());
      if (written > 0) input.remove_prefix(static_cast<std::size_t>(written));
      const bool closed = written < 0 && errno != EINTR && errno != EAGAIN;  // a child need not read all
      if (closed || input.empty()) to_child.reset();
    }
    if (fds[0].revents != 0) {
      const ssize_t got = read(from_child.get(), block.data(), block.size());
      if (got == 0) return output;
      if (got > 0) output.append(block.data(), static_cast<std::size_t>(got));
      if (command.longest_output && output.size() > *command.longest_output) return std::nullopt;
    }
  }
}

}  // namespace

Completed run(const Command& command) {
  if (!command.input.empty()) std::signal(SIGPIPE, SIG_IGN);  // a child need not read it
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  fcntl(input.write_end.get(), F_SETFL, O_NONBLOCK);
  const pid_t child = spawn(command, input.read_end.get(), output.write_end.get());
  input.read_end.reset();
  output.write_end.reset();
  const Deadline deadline(command.limit);
  auto printed = converse(command, deadline, input.write_end, output.read_end);
  if (!printed) kill(child, SIGKILL);
  input.write_end.reset();  // a child that has closed its output need not wait for more
  output.read_end.reset();
  const int status = wait_for(child, deadline);
  return {status, std::move(printed).value_or("")};
}

}  // namespace rxlease::kernel
