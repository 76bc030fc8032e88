// SPDX-License-Identifier: Apache-2.0
//
// The plugin on the kernel that the tests happen to run on, which can lease queues or cannot: its own list of
// operations tells. Needs root.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <map>
#include <thread>

#include "cni/plugin.h"
#include "kernel/error.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/socket/netlink_socket.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::cni {
namespace {

using nlohmann::json;

bool can_lease() {
  kernel::NetlinkSocket socket(NETLINK_GENERIC);
  const auto netdev = kernel::Netdev::open(socket);
  return netdev && netdev->has_op(kernel::NetdevOp::queue_create);
}

// A network namespace without a name, which lives as long as a thread in it.
class NamelessNetNs {
 public:
  NamelessNetNs() : thread_([this] { live(); }) { path_ = started_.get_future().get(); }
  NamelessNetNs(const NamelessNetNs&) = delete;
  NamelessNetNs& operator=(const NamelessNetNs&) = delete;
  ~NamelessNetNs() { ended_.set_value(); }
  const std::string& path() const { return path_; }

 private:
  void live() {
    if (unshare(CLONE_NEWNET) != 0) {
      started_.set_exception(std::make_exception_ptr(kernel::KernelError("unshare CLONE_NEWNET", errno)));
      return;
    }
    started_.set_value("/proc/self/task/" + std::to_string(syscall(SYS_gettid)) + "/ns/net");
    ended_.get_future().wait();
  }

  std::promise<std::string> started_;
  std::promise<void> ended_;
  std::string path_;
  std::jthread thread_;  // last: it uses the others
};

class HostKernel : public testing::Test {
 protected:
  Outcome call(const std::string& verb, const std::string& netns = {}) {
    const std::map<std::string, std::string, std::less<>> variables{
        {"CNI_COMMAND", verb}, {"CNI_CONTAINERID", "c1"}, {"CNI_NETNS", netns}, {"CNI_IFNAME", "eth0"}};
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    LinuxSystem system;
    return run_plugin(system, lookup, [&] { return conf.dump(); });
  }

  static void expect_error(const Outcome& outcome, unsigned code, const std::string& message,
                           const std::string& details) {
    ASSERT_EQ(outcome.status, 1) << outcome.output;
    const auto error = json::parse(outcome.output);
    EXPECT_EQ(error["code"], code) << outcome.output;
    EXPECT_NE(error["msg"].get<std::string>().find(message), std::string::npos) << outcome.output;
    EXPECT_NE(error["details"].get<std::string>().find(details), std::string::npos) << outcome.output;
  }

  tests::ScratchDirectory scratch;
  json conf{
      {"cniVersion", "1.1.0"}, {"name", "n"}, {"type", "rxlease"}, {"stateDirectory", scratch / "state"}};
};

TEST_F(HostKernel, IsWhatStatusJudges) {
  const auto outcome = call("STATUS");
  if (can_lease()) {
    EXPECT_EQ(outcome.status, 0) << outcome.output;
  } else {
    expect_error(outcome, 50, "this kernel cannot lease queues", "Linux 7.1");
  }
}

// A node of an older kernel beside those that lease: it is ready, and its pods without queues run.
TEST_F(HostKernel, IsNoMatterForStatusWherePodsWithoutQueuesAreServed) {
  conf["optional"] = true;
  EXPECT_EQ(call("STATUS").status, 0);
  conf.erase("optional");
  conf["pairing"] = "single";  // behind another plugin
  EXPECT_EQ(call("STATUS").status, 0);
}

TEST_F(HostKernel, IsAMatterForStatusWhereTheNetworkNamesQueues) {
  conf["optional"] = true;
  conf["devices"] = {"nowhere-rx7"};
  if (can_lease()) {
    expect_error(call("STATUS"), 51, "this node has no NIC nowhere", "<parent device>");
  } else {
    expect_error(call("STATUS"), 50, "this kernel cannot lease queues", "Linux 7.1");
  }
}

// Before it looks for the NIC, which is nowhere.
TEST_F(HostKernel, IsWhatAddAsksForFirst) {
  conf["devices"] = {"nowhere-rx7"};
  const NamelessNetNs pod;
  const auto outcome = call("ADD", pod.path());
  if (can_lease()) {
    expect_error(outcome, 7, "this node has no NIC nowhere", "<parent device>");
  } else {
    expect_error(outcome, 100, "this kernel cannot lease queues", "Linux 7.1");
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "state"));
}

}  // namespace
}  // namespace rxlease::cni
