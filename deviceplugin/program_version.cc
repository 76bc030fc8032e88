// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/program_version.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>

#include "kernel/error.h"
#include "kernel/fd.h"

namespace rxlease::deviceplugin {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::size_t longest_answer = 4096;

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// nullopt when it does not end its output in time.
std::optional<std::string> read_to_the_end(const kernel::Fd& pipe) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string text;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd ready{pipe.get(), POLLIN, 0};
    if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) == 0 || text.size() > longest_answer) {
      return std::nullopt;
    }
    std::array<char, 512> block{};
    const ssize_t got = read(pipe.get(), block.data(), block.size());
    if (got == 0) return text;
    if (got < 0 && errno != EINTR && errno != EAGAIN) return std::nullopt;
    text.append(block.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
}

}  // namespace

std::optional<std::string> version_of_program(const std::string& path) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) kernel::throw_errno("pipe2");
  const kernel::Fd reading(ends[0]);
  kernel::Fd writing(ends[1]);
  FileActions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), writing.get(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(actions.get(), STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string program = path;
  std::string argument = "--version";
  const std::array<char*, 3> argv{program.data(), argument.data(), nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, path.c_str(), actions.get(), nullptr, argv.data(), environ) != 0)
    return std::nullopt;
  writing.reset();
  const auto output = read_to_the_end(reading);
  if (!output) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!output || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return output->substr(0, output->find('\n'));
}

}  // namespace rxlease::deviceplugin
