// SPDX-License-Identifier: Apache-2.0
//
// What the daemon keeps of the rights with which root on the node starts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

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
    threads.push_back(rights);
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

// As some runtimes name it. In the chart's container /proc shows no pod's processes, so the daemon has no
// CAP_SYS_PTRACE there.
TEST_F(Rights, SufficeForANamespaceThatIsNamedByAProcess) {
  ChildProcess::Options options;
  options.arguments = {"1000"};
  options.before_exec = [netns = pod.netns().fd()] {
    if (setns(netns, CLONE_NEWNET) != 0) _exit(99);
  };
  const ChildProcess process("/bin/sleep", options);
  const auto path = "/proc/" + std::to_string(process.pid()) + "/ns/net";
  ASSERT_TRUE(eventually([&] {
    auto netns = kernel::NetNs::open(path);
    return netns && kernel::LinuxNamespace(std::move(*netns)).cookie() == pod.netns().cookie();
  }));
  start();
  auto attachment = named(pod);
  attachment.netns = path;
  ASSERT_TRUE(succeeded(runtime.add(attachment, network({7}))));
  EXPECT_TRUE(counts("rxlease_attachments 1"));
  EXPECT_EQ(log().find("could not scan"), std::string::npos) << log();
}

}  // namespace
}  // namespace rxlease::tests
