// SPDX-License-Identifier: Apache-2.0
//
// Kubelets and daemons that end and come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>

#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

class Restart : public DaemonNode {
 protected:
  // Queue 5 is unhealthy by a foreign lease, 6 free, 7 leased by a pod.
  void SetUp() override {
    const auto netkit = kernel::Links(host().route()).newlink(netkit_single("by-hand", 1)).ifindex();
    foreign_ = netkit;
    netdev_of(host()).queue_create(netkit, {nic->ifindex(), {5}, std::nullopt});
    start();
    allocate_and_add({7});
    ASSERT_TRUE(watch->shows(health({5})));
  }

  void TearDown() override { kernel::Links(host().route()).dellink(foreign_); }

  void expect_the_same() {
    EXPECT_TRUE(watch->shows(health({5})));
    EXPECT_EQ(nic->leases().size(), 2U);
    EXPECT_EQ(runtime.records().size(), 1U);
    EXPECT_TRUE(std::filesystem::exists(runtime.lease_file(nic->device_id(7))));
    EXPECT_TRUE(
        counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 1)"));
  }

  std::string socket() const { return node / "kubelet/device-plugins/rxlease-rxq.sock"; }

  std::uint32_t foreign_ = 0;
};

TEST_F(Restart, OfKubeletIsFollowedByARegistration) {
  for (int round = 0; round < 10; ++round) {
    watch.reset();
    kubelet.reset();
    kubelet.emplace(node / "kubelet");
    kubelet->allocate("shop", "web-0", nic->device_ids({7}));
    watch_again();
    ASSERT_TRUE(watch->shows(health({5}))) << round;
    // The answer to a registration that the next kubelet's start overtakes is not counted.
    ASSERT_TRUE(eventually([] { return http_get(port, "/readyz").status == 200; }, patience));
  }
  expect_the_same();
  // Where a stream ends before the socket of its kubelet goes, the daemon registers with that one again.
  const auto counted = [this](int registrations) {
    const auto line =
        R"(rxlease_kubelet_registrations_total{outcome="succeeded"} )" + std::to_string(registrations);
    return metrics().find(line + "\n") != std::string::npos;
  };
  EXPECT_TRUE(eventually([&] {
    for (int registrations = 11; registrations <= 21; ++registrations) {
      if (counted(registrations)) return true;
    }
    return false;
  }));
}

TEST_F(Restart, OfADaemonThatWasKilledChangesNothing) {
  for (int round = 0; round < 3; ++round) {
    end(SIGKILL);
    start();
    expect_the_same();
  }
}

TEST_F(Restart, OfADaemonThatWasAskedToEndChangesNothing) {
  end();
  EXPECT_EQ(nic->leases().size(), 2U);
  start();
  expect_the_same();
}

TEST_F(Restart, FindsAKubeletThatComesLater) {
  watch.reset();
  daemon->end(SIGTERM);
  kubelet.reset();
  std::filesystem::remove_all(node / "kubelet");
  daemon.emplace(node / "config.yaml", node / "log");
  ASSERT_TRUE(eventually([] { return http_get(port, "/readyz").body == "not registered with kubelet\n"; }));
  kubelet.emplace(node / "kubelet");
  watch_again();
  expect_the_same();
}

// As one that hangs: connections are taken, and nothing comes back.
TEST_F(Restart, DoesNotWaitForAKubeletThatDoesNotAnswer) {
  watch.reset();
  kubelet.reset();
  const auto path = node / "kubelet/device-plugins/kubelet.sock";
  std::filesystem::remove(path);
  const kernel::Fd deaf(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(bind(deaf.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(deaf.get(), 16), 0);
  EXPECT_TRUE(logs({"kubelet did not take the registration", "no answer within"}));
  EXPECT_EQ(http_get(port, "/readyz").status, 503);
  kubelet.emplace(node / "kubelet");
  watch_again();
  expect_the_same();
}

TEST_F(Restart, IsNotNeededWhenKubeletEndsTheStream) {
  watch.reset();
  EXPECT_TRUE(logs({"kubelet has ended the stream of rxlease.dev/rxq; the daemon registers again"}));
  watch_again(2);
  EXPECT_TRUE(eventually([] { return http_get(port, "/readyz").status == 200; }, patience));
  expect_the_same();
}

TEST_F(Restart, IsNotNeededWhenASocketIsDeleted) {
  watch.reset();
  std::filesystem::remove(socket());
  watch_again(2);
  expect_the_same();
}

TEST_F(Restart, EndsCleanlyByEitherSignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto finished = daemon->end(signal);
    EXPECT_EQ(finished.status, 0);
    EXPECT_EQ(finished.output, "");
    EXPECT_TRUE(watch->has_ended());
    EXPECT_FALSE(std::filesystem::exists(socket()));
    EXPECT_TRUE(logs({"ends as asked"}));
    EXPECT_EQ(http_get(port, "/healthz").status, 0);
    EXPECT_EQ(nic->leases().size(), 2U);
    EXPECT_EQ(runtime.records().size(), 1U);
    watch.reset();
    start();
  }
}

}  // namespace
}  // namespace rxlease::tests
