// SPDX-License-Identifier: Apache-2.0
//
// What signals do, also to a daemon that is process 1 of its container.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

class Signals : public DaemonNode {};

// The only child of a process; 0: it has none yet.
pid_t child_of(pid_t parent) {
  const auto pid = std::to_string(parent);
  pid_t child = 0;
  std::ifstream("/proc/" + pid + "/task/" + pid + "/children") >> child;
  return child;
}

bool blocks_termination(pid_t pid) {
  std::string name;
  std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm"), name);
  if (!name.starts_with("rxlease-device"))
    return false;  // unshare blocks it too, until it has become the daemon
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigBlk:")) continue;
    const auto mask = std::stoull(line.substr(line.find(':') + 1), nullptr, 16);
    return ((mask >> (SIGTERM - 1)) & 1U) != 0;
  }
  return false;
}

// A pipe that is full, so that who writes to it waits.
class FullPipe {
 public:
  FullPipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    read_end_ = kernel::Fd(ends[0]);
    write_end = kernel::Fd(ends[1]);
    fcntl(write_end.get(), F_SETFL, O_NONBLOCK);
    const std::array<char, 4096> block{};
    while (write(write_end.get(), block.data(), block.size()) > 0) continue;
    fcntl(write_end.get(), F_SETFL, 0);
  }
  // Takes what is there now.
  void drain() const {
    std::array<char, 4096> block{};
    fcntl(read_end_.get(), F_SETFL, O_NONBLOCK);
    while (read(read_end_.get(), block.data(), block.size()) > 0) continue;
  }

  kernel::Fd write_end;

 private:
  kernel::Fd read_end_;
};

// The kernel discards a signal for process 1 that this neither handles nor blocks. The daemon is still at the
// beginning: it waits to log that a pool is left out.
TEST_F(Signals, SigtermRightAfterTheStartIsNotLost) {
  configure({pool("bad", nic->parent(), "[0]"), pool("rxq", nic->parent(), "[5-7]")});
  FullPipe pipe;
  ChildProcess::Options options;
  options.arguments = {
      "--pid",        "--fork",
      "--kill-child", std::string(std::getenv("RXLEASE_BUILD")) + "/bin/rxlease-device-plugin",
      "--config",     node / "config.yaml"};
  options.before_exec = [&] { dup2(pipe.write_end.get(), STDERR_FILENO); };
  ChildProcess unshare("/usr/bin/unshare", options);
  ASSERT_TRUE(eventually([&] { return child_of(unshare.pid()) != 0; }));
  const auto daemon_pid = child_of(unshare.pid());
  eventually([&] { return blocks_termination(daemon_pid); }, std::chrono::seconds(2));
  kill(daemon_pid, SIGTERM);
  const bool ended = eventually([&] {
    pipe.drain();
    return child_of(unshare.pid()) == 0;
  });
  EXPECT_TRUE(ended);
  if (!ended) kill(daemon_pid, SIGKILL);
  EXPECT_EQ(unshare.wait().status, 0);
}

TEST_F(Signals, SighupReadsTheConfigurationAgain) {
  configure({pool("rxq", nic->parent(), "[6-7]")}, "rescanSeconds: 3600\n");
  std::filesystem::create_directory(node / "elsewhere");
  const auto real = node / "elsewhere/config.yaml";
  std::filesystem::rename(node / "config.yaml", real);
  std::filesystem::create_symlink(real, node / "config.yaml");
  start();
  auto two = all_healthy();
  two.erase(nic->device_id(5));
  ASSERT_TRUE(watch->shows(two));
  std::string text;
  std::getline(std::ifstream(real), text, '\0');
  text.replace(text.find("[6-7]"), 5, "[5-7]");
  std::ofstream(real) << text;  // which the daemon does not watch
  kill(daemon->pid(), SIGHUP);
  EXPECT_TRUE(logs({"SIGHUP", "config.yaml is read"}));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
}

TEST_F(Signals, OthersDoNotEndIt) {
  start();
  for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2, SIGHUP}) kill(daemon->pid(), signal);
  EXPECT_TRUE(logs({"SIGHUP"}));
  EXPECT_EQ(http_get(port, "/healthz").status, 200);
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
}

}  // namespace
}  // namespace rxlease::tests
