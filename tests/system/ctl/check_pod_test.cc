// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/system/ctl/ctl.h"
#include "tests/system/fixture/netkit.h"

namespace rxlease::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A person in a pod that leases the NIC's queue 7.
class CheckPod : public Ctl {
 protected:
  static constexpr uid_t root = 0, nobody = 65534;
  std::string program;

  void SetUp() override {
    attached(leasing({7}));
    // The device plugin's mounts are open to everybody, a scratch directory is not, nor perhaps the build.
    const auto scratch = std::filesystem::path(runtime.state_directory()).parent_path();
    std::filesystem::permissions(scratch, std::filesystem::perms(0755));
    program = scratch / "rxleasectl";
    std::filesystem::copy_file(std::string(std::getenv("RXLEASE_BUILD")) + "/bin/rxleasectl", program);
  }

  // `user_namespaced`: as in a pod with `hostUsers: false`.
  Finished look(uid_t user = nobody, bool user_namespaced = false) {
    ChildProcess::Options options;
    options.arguments = {"check", "--pod", "--queues", runtime.state_directory() + "/devices"};
    options.environment = {{"RXLEASE_DEVICES_RXQ", nic.device_id(7)}};
    options.before_exec = [netns = pod.netns().fd(), user, user_namespaced] {
      if (setns(netns, CLONE_NEWNET) != 0 || setresuid(user, user, user) != 0) _exit(99);
      if (!user_namespaced) return;
      if (unshare(CLONE_NEWUSER) != 0) _exit(98);
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    };
    return ChildProcess(program, options).wait();
  }
  void expect_missing(const std::string& what) {
    const auto finished = look();
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.output, HasSubstr("missing  queue " + nic.device_id(7) + ": " + what));
  }
};

TEST_F(CheckPod, NeedsNoPrivilege) {
  const auto finished = look();
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr("ok       queue " + nic.device_id(7) +
                              ": is eth0's queue 1, which leases queue 7 of " + nic.ifname()),
                    HasSubstr("missing  rights: this process lacks CAP_NET_ADMIN, for io_uring "
                              "and devmem; add it: ")));
  EXPECT_EQ(finished.status, 1);
}

TEST_F(CheckPod, IsContentWhereNothingIsMissing) {
  const auto finished = look(root);
  EXPECT_THAT(finished.output, AllOf(HasSubstr("ok       rights: this process has CAP_NET_ADMIN"),
                                     HasSubstr("ok       io_uring: its three calls are allowed")));
  EXPECT_EQ(finished.status, 0) << finished.output;
}

// devmem works there; io_uring does not.
TEST_F(CheckPod, RecommendsDevmemToAPodWithAUserNamespaceOfItsOwn) {
  const auto finished = look(root, true);
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr("ok       rights: this process has CAP_NET_ADMIN, for devmem"),
                    HasSubstr("warning  rights: this pod has a user namespace of its own, in which "
                              "io_uring gets no queue; use devmem, or set hostUsers: true")));
  EXPECT_EQ(finished.status, 0) << finished.output;
}

TEST_F(CheckPod, SeesThatTheInterfaceIsDown) {
  auto link = *pod.link();
  link.ifinfo.ifi_flags = 0;
  link.ifinfo.ifi_change = IFF_UP;
  kernel::Link down;
  down.ifinfo = link.ifinfo;
  kernel::Links(pod.netns().route()).setlink(down);
  expect_missing("its interface eth0 is down; ip link set eth0 up");
}

TEST_F(CheckPod, SeesThatTheLeaseHasEnded) {
  kernel::Links links(pod.netns().route());
  links.dellink(pod.link()->ifindex());
  expect_missing("its interface eth0 is not here; run this in the pod");
  auto other = netkit_single("eth0");
  other.set_up();
  links.newlink(other);
  expect_missing("eth0's queue 1 is gone; delete the pod");
}

}  // namespace
}  // namespace rxlease::tests
