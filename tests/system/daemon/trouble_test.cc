// SPDX-License-Identifier: Apache-2.0
//
// What the daemon cannot have for a while, and goes on without.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "kernel/error.h"
#include "kernel/files.h"
#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto some_seconds = 20s;

// A program that has the daemon's port.
class OtherServer {
 public:
  explicit OtherServer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(socket_.get(), 1) != 0) {
      kernel::throw_errno("listen");
    }
  }

 private:
  kernel::Fd socket_;
};

// A client of the daemon's that has sent one byte of its request.
class SlowClient {
 public:
  SlowClient() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    constexpr std::uint16_t port_of_daemon = 9808;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_of_daemon);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        send(socket_.get(), "G", 1, MSG_NOSIGNAL) != 1) {
      kernel::throw_errno("connect");
    }
  }

 private:
  kernel::Fd socket_;
};

// A number below /proc/sys, as it was before when the object goes.
class Sysctl {
 public:
  Sysctl(std::string path, const std::string& value)
      : path_(std::move(path)), before_(kernel::read_file(path_).value_or("")) {
    kernel::write_in_place(path_, value);
  }
  Sysctl(const Sysctl&) = delete;
  Sysctl& operator=(const Sysctl&) = delete;
  ~Sysctl() { kernel::write_in_place(path_, before_); }

 private:
  std::string path_;
  std::string before_;
};

// The first thread of a process does nothing while the object lives; the others go on.
class StoppedThread {
 public:
  explicit StoppedThread(pid_t pid) : pid_(pid) {
    if (ptrace(PTRACE_SEIZE, pid_, nullptr, nullptr) != 0 ||
        ptrace(PTRACE_INTERRUPT, pid_, nullptr, nullptr) != 0 || waitpid(pid_, nullptr, __WALL) != pid_) {
      kernel::throw_errno("ptrace");
    }
  }
  StoppedThread(const StoppedThread&) = delete;
  StoppedThread& operator=(const StoppedThread&) = delete;
  ~StoppedThread() { ptrace(PTRACE_DETACH, pid_, nullptr, nullptr); }

 private:
  pid_t pid_;
};

class Trouble : public DaemonNode {
 protected:
  // As kubelet's liveness probe.
  Finished probe() const {
    ChildProcess::Options options;
    options.arguments = {"probe", "--socket", runtime.state_directory() + "/probes.sock"};
    return ChildProcess(std::string(std::getenv("RXLEASE_BUILD")) + "/bin/rxlease-device-plugin", options)
        .wait();
  }

  std::size_t lines_with(const std::string& words) const {
    std::istringstream text(log());
    std::size_t count = 0;
    for (std::string line; std::getline(text, line);)
      count += line.find(words) != std::string::npos ? 1U : 0U;
    return count;
  }
};

TEST_F(Trouble, WithThePortOfTheMetricsKeepsNoPodFromItsQueues) {
  std::optional<OtherServer> other(std::in_place, port);
  start();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(logs({"metrics.address", "127.0.0.1:9808", "EADDRINUSE"}));
  EXPECT_EQ(lines_with("EADDRINUSE"), 1U);
  EXPECT_EQ(probe().status, 0) << probe().errors;
  other.reset();
  EXPECT_TRUE(eventually([] { return http_get(port, "/healthz").status == 200; }, some_seconds));
  EXPECT_TRUE(eventually([&] {
    const auto text = metrics();
    return text.find("rxlease_daemon_failures_total{what=\"listen\"}") != std::string::npos &&
           text.find("rxlease_daemon_failures_total{what=\"listen\"} 0") == std::string::npos;
  }));
}

// Each has begun a request and never ends it. kubelet's probe waits for a second.
TEST_F(Trouble, WithSlowClientsDelaysNoProbe) {
  start();
  std::vector<SlowClient> clients(20);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(http_get(port, "/healthz").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s * patience_factor());
}

TEST_F(Trouble, WithInotifyDelaysWhatTheDaemonSeesAndNoMore) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 3600\n");
  std::optional<Sysctl> none(std::in_place, "/proc/sys/user/max_inotify_instances", "0");
  start();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(logs({"directories cannot be watched", "EMFILE", "fs.inotify.max_user_instances"}));
  configure({pool("rxq", nic->parent(), "[6-7]")}, "rescanSeconds: 3600\n");
  EXPECT_TRUE(watch->shows({{nic->device_id(6), "Healthy"}, {nic->device_id(7), "Healthy"}}));
  EXPECT_EQ(lines_with("directories cannot be watched"), 1U);
  none.reset();
  EXPECT_TRUE(logs({"directories are watched again"}));
}

TEST_F(Trouble, WithTheFileOfTheConfigurationChangesNothing) {
  start();
  allocate_and_add({7});
  const std::string file = node / "config.yaml";
  const auto text = *kernel::read_file(file);
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  EXPECT_TRUE(logs({"it is no regular file", "stays in force"}));
  std::filesystem::remove(file);
  std::filesystem::create_symlink("config.yaml", file);
  EXPECT_TRUE(logs({"ELOOP", "stays in force"}));
  std::filesystem::remove(file);
  EXPECT_TRUE(logs({"there is no such file", "stays in force"}));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(nic->leases().size(), 1U);
  kernel::replace_file(file, text, 0644);
  EXPECT_TRUE(logs({"config.yaml can be used again"}));
  EXPECT_EQ(lines_with("ELOOP"), 1U);
  EXPECT_EQ(kubelet->registrations().size(), 1U);
  EXPECT_EQ(metrics().find("rxlease_daemon_failures_total{what=\"reload\"} 0"), std::string::npos);
}

TEST_F(Trouble, WithAClearedStateDirectoryIsMended) {
  start();
  const auto directory = runtime.state_directory() + "/devices";
  ASSERT_TRUE(std::filesystem::remove_all(directory) > 0);
  nic->set_up(false);
  EXPECT_TRUE(watch->shows(all_unhealthy()));
  EXPECT_TRUE(eventually([&] { return std::filesystem::is_directory(directory); }, some_seconds));
}

TEST_F(Trouble, AtTheStartIsWaitedFor) {
  daemon.emplace(node / "config.yaml", node / "log", 5);  // too few to begin with
  ASSERT_TRUE(logs({"the daemon cannot start, and tries again", "EMFILE"}));
  const rlimit enough{1024, 1024};
  ASSERT_EQ(prlimit(daemon->pid(), RLIMIT_NOFILE, &enough, nullptr), 0);
  watch_again();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(lines_with("cannot start"), 1U);
}

// A restart is what helps, and kubelet gives one for it.
TEST_F(Trouble, WithTheLoopItselfIsToldToKubelet) {
  start();
  ASSERT_TRUE(eventually([] { return http_get(port, "/readyz").status == 200; }, some_seconds));
  {
    const StoppedThread stuck(daemon->pid());
    EXPECT_TRUE(eventually([] { return http_get(port, "/healthz").status == 503; }, 90s));
    EXPECT_THAT(http_get(port, "/healthz").body, testing::HasSubstr("the daemon's loop is stuck"));
    EXPECT_EQ(http_get(port, "/readyz").status, 503);
    EXPECT_EQ(probe().status, 1);
    EXPECT_THAT(probe().errors, testing::HasSubstr("stuck"));
    EXPECT_THAT(metrics(), testing::HasSubstr("rxlease_attachments 0\n"));
  }
  EXPECT_TRUE(eventually([] { return http_get(port, "/healthz").status == 200; }, some_seconds));
  EXPECT_TRUE(eventually([] { return http_get(port, "/readyz").status == 200; }, some_seconds));
}

}  // namespace
}  // namespace rxlease::tests
