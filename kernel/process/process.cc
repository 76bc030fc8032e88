// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
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

// The child starts with the default action of every signal; it does not inherit that we ignore SIGPIPE. It
// leads a process group, so that what it has started is killed with it.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    sigset_t all{};
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
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

// A descriptor that is readable once the child has ended. Empty on a kernel without pidfd_open (before 5.3):
// then only the end of its output and the time limit tell.
Fd end_of(pid_t child) {
  return Fd(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
}

int status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

// A child with its standard input and output, while it runs.
class Conversation {
 public:
  explicit Conversation(const Command& command)
      : command_(command), input_(command.input), to_child_(make_pipe()), from_child_(make_pipe()) {
    fcntl(to_child_.write_end.get(), F_SETFL, O_NONBLOCK);
    child_ = spawn(command, to_child_.read_end.get(), from_child_.write_end.get());
    end_ = end_of(child_);
    to_child_.read_end.reset();
    from_child_.write_end.reset();
  }

  Completed complete() {
    Completed completed;
    completed.exceeded = converse();
    if (completed.exceeded) kill_all();
    to_child_.write_end.reset();  // a child that has closed its output need not wait for more
    from_child_.read_end.reset();
    if (!completed.exceeded) completed.output = std::move(output_);
    completed.status = wait(completed.exceeded);
    return completed;
  }

 private:
  // The child, and what it has started. REQUIRES: the child was not waited for, so its number is still its
  // own.
  void kill_all() const { kill(-child_, SIGKILL); }

  // Writes the child's input while reading its output: either side may be larger than a pipe holds. Returns
  // the limit that was exceeded.
  std::optional<Limit> converse() {
    if (input_.empty()) to_child_.write_end.reset();
    for (;;) {
      std::array<pollfd, 3> fds{pollfd{from_child_.read_end.get(), POLLIN, 0},
                                pollfd{to_child_.write_end.get(), POLLOUT, 0}, pollfd{end_.get(), POLLIN, 0}};
      const int left = deadline_.milliseconds_left();
      if (left == 0) return Limit::time;
      if (poll(fds.data(), fds.size(), left) < 0) {
        if (errno == EINTR) continue;
        throw_errno("poll");
      }
      if (fds[1].revents != 0) write_some();
      const bool ended = fds[2].revents != 0;
      const bool closed = ended ? !read_rest() : fds[0].revents != 0 && !read_some(block_size);
      if (is_too_long()) return Limit::output;
      if (ended || closed) return std::nullopt;
    }
  }

  void write_some() {
    const ssize_t written = write(to_child_.write_end.get(), input_.data(), input_.size());
    if (written > 0) input_.remove_prefix(static_cast<std::size_t>(written));
    const bool closed = written < 0 && errno != EINTR && errno != EAGAIN;  // a child need not read all
    if (closed || input_.empty()) to_child_.write_end.reset();
  }

  // False at the end of the output.
  bool read_some(std::size_t longest) {
    std::array<char, block_size> block{};
    const ssize_t got = read(from_child_.read_end.get(), block.data(), std::min(longest, block.size()));
    if (got > 0) output_.append(block.data(), static_cast<std::size_t>(got));
    return got != 0;
  }

  // What is in the pipe now that the child has ended; what it left running may go on writing.
  bool read_rest() {
    int present = 0;
    if (ioctl(from_child_.read_end.get(), FIONREAD, &present) != 0) throw_errno("ioctl FIONREAD");
    const auto end = output_.size() + static_cast<std::size_t>(present);
    while (output_.size() < end && !is_too_long()) {
      if (!read_some(end - output_.size())) return false;
    }
    return true;
  }

  bool is_too_long() const { return command_.longest_output && output_.size() > *command_.longest_output; }

  // Waits for the child's end, and kills it at the deadline: it may go on after it has closed its output.
  int wait(std::optional<Limit>& exceeded) const {
    constexpr int pause_ms = 1;
    int status = 0;
    for (;;) {
      const bool may_block = exceeded || !deadline_.is_set();
      const pid_t ended = waitpid(child_, &status, may_block ? 0 : WNOHANG);
      if (ended == child_) return status_of(status);
      if (ended < 0 && errno != EINTR) throw_errno("waitpid");
      if (ended < 0) continue;
      if (deadline_.milliseconds_left() == 0) {
        kill_all();
        exceeded = Limit::time;
      } else {
        poll(nullptr, 0, pause_ms);
      }
    }
  }

  static constexpr std::size_t block_size = 4096;

  const Command& command_;
  std::string_view input_;  // what is left of it
  std::string output_;
  Pipe to_child_, from_child_;
  Deadline deadline_{command_.limit};
  pid_t child_ = 0;
  Fd end_;
};

}  // namespace

Completed run(const Command& command) {
  if (!command.input.empty()) std::signal(SIGPIPE, SIG_IGN);  // a child need not read it
  return Conversation(command).complete();
}

}  // namespace rxlease::kernel
