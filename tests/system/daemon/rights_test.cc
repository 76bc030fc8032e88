// SPDX-License-Identifier: Apache-2.0
//
// What the daemon keeps of the rights with which root on the node starts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "kernel/files.h"
#include "kernel/netlink/links.h"
#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

using Rights = DaemonNode;

// The lines about rights of each thread's status.
std::vector<std::string> rights_of_threads(pid_t pid) {
  std::vector<std::string> threads;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream status(thread.path() / "status");
    std::string rights;
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Cap") || line.starts_with("NoNewPrivs")) rights += line + "\n";
    }
    if (!rights.empty()) threads.push_back(rights);  // else it has ended meanwhile
  }
  return threads;
}

// CAP_NET_ADMIN (12), CAP_SYS_PTRACE (19) and CAP_SYS_ADMIN (21).
TEST_F(Rights, AreGivenUpInEveryThreadButForThree) {
  start();
  const auto threads = rights_of_threads(daemon->pid());
  EXPECT_GT(threads.size(), 5U) << "gRPC's, and those that answer plugins and probes";
  EXPECT_THAT(threads, testing::Each(testing::StrEq("CapInh:\t0000000000000000\n"
                                                    "CapPrm:\t0000000000281000\n"
                                                    "CapEff:\t0000000000281000\n"
                                                    "CapBnd:\t0000000000281000\n"
                                                    "CapAmb:\t0000000000000000\n"
                                                    "NoNewPrivs:\t1\n")));
}

// As some runtimes name it: such a path may come to lead elsewhere, and only who can open it sees that the
// pod is gone. In the chart's container /proc shows no pod's processes, so the daemon has no CAP_SYS_PTRACE
// there.
TEST_F(Rights, SufficeForANamespaceThatIsNamedByAProcess) {
  const auto leave = node / "leave";
  ChildProcess::Options options;
  options.arguments = {"-c", "until [ -e " + leave + " ]; do sleep 0.1; done; exec nsenter --net=/proc/" +
                                 std::to_string(getpid()) + "/ns/net sleep 1000"};
  options.before_exec = [netns = pod.netns().fd()] {
    if (setns(netns, CLONE_NEWNET) != 0) _exit(99);
  };
  const ChildProcess process("/bin/sh", options);
  auto attachment = named(pod);
  attachment.netns = "/proc/" + std::to_string(process.pid()) + "/ns/net";
  ASSERT_TRUE(eventually([&] {
    auto netns = kernel::NetNs::open(attachment.netns);
    return netns && kernel::LinuxNamespace(std::move(*netns)).cookie() == pod.netns().cookie();
  }));
  start();
  ASSERT_TRUE(succeeded(runtime.add(attachment, network({7}))));
  EXPECT_TRUE(counts("rxlease_attachments 1"));
  kernel::replace_file(leave, "", 0600);
  ASSERT_TRUE(eventually([&] {  // while the path leads to the pod, the daemon heals what is deleted there
    auto netns = kernel::NetNs::open(attachment.netns);
    return netns && kernel::LinuxNamespace(std::move(*netns)).cookie() != pod.netns().cookie();
  }));
  kernel::Links(pod.netns().route()).dellink(pod.link(attachment.ifname).value().ifindex());
  EXPECT_TRUE(logs({"removed the record of", "its namespace, its netkit and its leases are gone"}));
  EXPECT_TRUE(counts("rxlease_attachments 0"));
}

}  // namespace
}  // namespace rxlease::tests
