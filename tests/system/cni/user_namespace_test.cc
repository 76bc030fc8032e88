// SPDX-License-Identifier: Apache-2.0
//
// A pod with `hostUsers: false`: its network namespace belongs to a user namespace of its own, and is known
// by a path in /proc.
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/error.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/sockets/traffic.h"

namespace rxlease::tests {
namespace {

// A process in new user and network namespaces, for the object's life.
class UserNamespace {
 public:
  UserNamespace() : pid_(fork()) {
    if (pid_ < 0) kernel::throw_errno("fork");
    if (pid_ > 0) return;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) poll(nullptr, 0, -1);
    _exit(1);
  }
  UserNamespace(const UserNamespace&) = delete;
  UserNamespace& operator=(const UserNamespace&) = delete;
  ~UserNamespace() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  std::string netns() const { return "/proc/" + std::to_string(pid_) + "/ns/net"; }

  // The child has left our namespaces.
  bool is_there() const {
    auto own = kernel::NetNs::open(netns());
    return own && kernel::LinuxNamespace(std::move(*own)).cookie() != host().cookie();
  }

 private:
  pid_t pid_;
};

using UserNamespacedPod = Node;

TEST_F(UserNamespacedPod, GetsItsQueuesAndItsAddresses) {
  const auto before = snapshot();
  const auto conf = leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24", "fd00:22::/64"})}});
  const UserNamespace process;
  ASSERT_TRUE(eventually([&] { return process.is_there(); }));
  const Attachment attachment{"user-namespaced", process.netns(), "eth0", ""};
  const auto answer = runtime.add(attachment, conf);
  ASSERT_TRUE(succeeded(answer));
  EXPECT_TRUE(nic.leases().contains(7));
  kernel::LinuxNamespace netns(kernel::NetNs::open(process.netns()).value());
  EXPECT_TRUE(tcp_echo(host(), netns, "10.22.0.2"));
  EXPECT_TRUE(tcp_echo(host(), netns, "fd00:22::2"));
  EXPECT_TRUE(succeeded(runtime.check(attachment, conf, answer.object)));
  EXPECT_TRUE(succeeded(runtime.del(attachment, conf)));
  EXPECT_EQ(snapshot(), before);
}

}  // namespace
}  // namespace rxlease::tests
