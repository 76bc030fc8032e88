// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/netns.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/socket/netlink_socket.h"
#include "tests/system/fixture/capabilities.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::tests {
namespace {

using kernel::InsideNetNs;
using kernel::LinuxNamespace;
using kernel::NetNs;

TEST(NetNsOpen, TakesThePathOfANamespace) {
  const Pod pod;
  EXPECT_TRUE(NetNs::open(pod.path()));
  EXPECT_TRUE(NetNs::open("/proc/self/ns/net"));
}

TEST(NetNsOpen, FindsNoneWhereThereIsNothing) {
  EXPECT_FALSE(NetNs::open("/run/netns/nobody"));
  EXPECT_FALSE(NetNs::open("/proc/self/status/below-a-file"));
}

TEST(NetNsOpen, TakesNoOtherFileForOne) {
  const ScratchDirectory scratch;
  kernel::create_file(scratch / "file", "", 0600);
  mkfifo((scratch / "fifo").c_str(), 0600);
  EXPECT_FALSE(NetNs::open(scratch / "file"));
  EXPECT_FALSE(NetNs::open(scratch / "fifo"));
  EXPECT_FALSE(NetNs::open(scratch.path()));
  EXPECT_FALSE(NetNs::open("/dev/null"));
  EXPECT_FALSE(NetNs::open("/proc/self/ns/mnt"));
}

// What is left of a named namespace when its mount is gone: the file that it was mounted on.
TEST(NetNsOpen, TakesNoDeadNamespaceForOne) {
  Pod pod;
  ASSERT_EQ(umount2(pod.path().c_str(), MNT_DETACH), 0);
  EXPECT_FALSE(NetNs::open(pod.path()));
}

TEST(InsideNetNs, MovesTheThreadThereAndBack) {
  Pod pod;
  const auto home = host().cookie();
  {
    const InsideNetNs inside(NetNs::open(pod.path()).value());
    EXPECT_EQ(LinuxNamespace(NetNs::current()).cookie(), pod.netns().cookie());
  }
  EXPECT_EQ(LinuxNamespace(NetNs::current()).cookie(), home);
}

TEST(InsideNetNs, ComesBackWhenSomethingIsThrown) {
  const Pod pod;
  try {
    const InsideNetNs inside(NetNs::open(pod.path()).value());
    throw std::runtime_error("on the way");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(LinuxNamespace(NetNs::current()).cookie(), host().cookie());
}

TEST(InsideNetNs, NeedsCapSysAdminForOthersOnly) {
  const Pod pod;
  without_capability(CAP_SYS_ADMIN, [&] {
    EXPECT_EQ(LinuxNamespace(NetNs::current()).cookie(), host().cookie());
    EXPECT_TRUE(refused([&] { const InsideNetNs inside(NetNs::open(pod.path()).value()); }, EPERM));
    EXPECT_EQ(LinuxNamespace(NetNs::current()).cookie(), host().cookie());
  });
}

TEST(LinuxNamespace, OpensItsSocketsInsideAndLeavesTheThreadWhereItWas) {
  Pod pod;
  kernel::Links(pod.netns().route()).newlink(plain_link("only-there", "dummy"));
  EXPECT_TRUE(pod.link("only-there"));
  EXPECT_FALSE(kernel::Links(host().route()).getlink("only-there"));
  const auto dummy = pod.link("only-there").value().ifindex();
  EXPECT_EQ(netdev_of(pod.netns()).dev_get(dummy).ifindex, dummy);
  EXPECT_EQ(LinuxNamespace(NetNs::current()).cookie(), host().cookie());
}

TEST(LinuxNamespace, HasACookieOfItsOwnThatStays) {
  Pod one;
  Pod other;
  EXPECT_NE(one.netns().cookie(), other.netns().cookie());
  EXPECT_EQ(one.netns().cookie(), LinuxNamespace(NetNs::open(one.path()).value()).cookie());
}

TEST(LinuxNamespace, ALaterOneHasAnotherCookieThanThatBefore) {
  std::uint64_t before = 0;
  {
    Pod pod;
    before = pod.netns().cookie();
  }
  Pod pod;
  EXPECT_NE(pod.netns().cookie(), before);
}

std::string sysctl_in(const Pod& pod, const std::string& name) {
  const InsideNetNs inside(NetNs::open(pod.path()).value());
  return kernel::read_file("/proc/sys/" + name).value_or("");
}

TEST(SetSysctl, WritesInThatNamespaceOnly) {
  Pod pod;
  const Pod other;
  pod.netns().set_sysctl("net/ipv4/ip_forward", "1");
  EXPECT_EQ(sysctl_in(pod, "net/ipv4/ip_forward"), "1\n");
  EXPECT_EQ(sysctl_in(other, "net/ipv4/ip_forward"), "0\n");
}

TEST(Sysctl, IsReadInThatNamespace) {
  Pod pod;
  pod.netns().set_sysctl("net/ipv4/ip_forward", "1");
  EXPECT_EQ(pod.netns().sysctl("net/ipv4/ip_forward"), "1");
  EXPECT_FALSE(pod.netns().sysctl("net/ipv4/abacus"));
}

TEST(SetSysctl, RefusesWhatTheKernelHasNot) {
  Pod pod;
  EXPECT_TRUE(refused([&] { pod.netns().set_sysctl("net/ipv4/abacus", "1"); }, ENOENT));
  EXPECT_TRUE(refused([&] { pod.netns().set_sysctl("net/ipv4/ip_forward", "abacus"); }, EINVAL));
}

// In a container /proc/sys is read-only as a rule: a value that is right already must not matter.
TEST(SetSysctl, WritesNothingWhenTheValueIsThere) {
  Pod pod;
  const pid_t child = fork();
  if (child == 0) {
    const bool read_only = unshare(CLONE_NEWNS) == 0 &&
                           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                           mount(nullptr, "/proc", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0;
    if (!read_only) _exit(100);
    try {
      pod.netns().set_sysctl("net/ipv4/ip_forward", "0");
    } catch (const kernel::KernelError&) {
      _exit(1);
    }
    _exit(refused([&] { pod.netns().set_sysctl("net/ipv4/ip_forward", "1"); }, EROFS) ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace rxlease::tests
