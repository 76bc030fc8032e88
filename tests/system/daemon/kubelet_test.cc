// SPDX-License-Identifier: Apache-2.0
//
// Kubelets that hang, refuse, or lose their directory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>

#include "kernel/files.h"
#include "tests/system/daemon/daemon_node.h"
#include "tests/system/daemon/wires.h"

namespace rxlease::tests {
namespace {

namespace fs = std::filesystem;

class StrangeKubelet : public DaemonNode {
 protected:
  void begin() { daemon.emplace(node / "config.yaml", node / "log"); }

  std::size_t lines_with(const std::string& text) const {
    std::size_t count = 0;
    const auto all = log();
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++count;
    return count;
  }

  std::string plugins_of(const std::string& kubelet_directory) const {
    return node / (kubelet_directory + "/device-plugins");
  }
};

TEST_F(StrangeKubelet, ThatHangsHoldsUpNeitherTheDaemonNorItsEnd) {
  std::vector<std::string> pools;
  for (int i = 0; i < 12; ++i) pools.push_back(pool("rxq" + std::to_string(i), "netdevsim99", "[1]"));
  configure(pools);
  kubelet->hang(true);
  begin();
  EXPECT_TRUE(logs({"kubelet did not take the registration of rxlease.dev/rxq", "no answer within"}));
  configure({pool("rxq", nic->parent(), "[5-7]")});
  const auto changed = std::chrono::steady_clock::now();
  EXPECT_TRUE(logs({"was changed, and applies now"}));
  EXPECT_LT(std::chrono::steady_clock::now() - changed, std::chrono::seconds(3) * patience_factor());
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(1) * patience_factor());
}

TEST_F(StrangeKubelet, ThatRefusesIsOneLineOfTheLog) {
  configure({pool("rxq", nic->parent(), "[5-6]"), pool("other", nic->parent(), "[7]")});
  kubelet->refuse(true);
  begin();
  EXPECT_TRUE(logs({"kubelet did not take the registration", "not now", "the daemon tries again"}));
  EXPECT_TRUE(counts(R"(rxlease_kubelet_registrations_total{outcome="failed"} 6)")) << "three attempts each";
  EXPECT_EQ(lines_with("did not take the registration"), 1U);
  kubelet->refuse(false);
  EXPECT_TRUE(eventually([] { return http_get(port, "/readyz").status == 200; }, patience));
}

TEST_F(StrangeKubelet, WhoseSocketGetsAnotherModeIsTheSame) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);  // without one the NIC has no carrier after it was down
  start();
  fs::permissions(plugins_of("kubelet") + "/kubelet.sock", fs::perms(0600));
  for (const bool up : {false, true}) {  // the daemon has scanned the node since
    nic->set_up(up);
    ASSERT_TRUE(watch->shows(up ? all_healthy() : all_unhealthy()));
  }
  EXPECT_EQ(kubelet->registrations().size(), 1U);
}

TEST_F(StrangeKubelet, WhoseDirectoryIsMadeAnewIsFound) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 3600\n");
  start();
  watch.reset();
  kubelet.reset();
  fs::remove_all(plugins_of("kubelet"));
  kubelet.emplace(node / "kubelet");
  watch_again();
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(StrangeKubelet, WhoseDirectoryIsMovedAwayIsFound) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 3600\n");
  start();
  watch.reset();
  kubelet.reset();
  fs::rename(plugins_of("kubelet"), node / "away");
  kubelet.emplace(node / "kubelet");
  watch_again();
  EXPECT_TRUE(watch->shows(all_healthy()));
}

// A container sees the removed directory for ever. Only a new container sees the new one.
TEST_F(StrangeKubelet, WhoseDirectoryIsRemovedUnderABindMountEndsTheDaemon) {
  const auto seen = plugins_of("seen");
  fs::create_directories(seen);
  auto text = *kernel::read_file(node / "config.yaml");
  const auto directory = node / "kubelet";
  text.replace(text.find(directory), directory.size(), node / "seen");
  kernel::replace_file(node / "config.yaml", text, 0644);
  const auto mount_it = [&] {
    ASSERT_EQ(mount(plugins_of("kubelet").c_str(), seen.c_str(), nullptr, MS_BIND, nullptr), 0);
  };
  mount_it();
  start();
  watch.reset();
  kubelet.reset();
  fs::remove_all(plugins_of("kubelet"));
  kubelet.emplace(node / "kubelet");
  EXPECT_TRUE(logs({"the directory " + seen + " was removed, and a bind mount still shows it"}));
  EXPECT_EQ(daemon->end(0).status, 1);
  umount2(seen.c_str(), MNT_DETACH);
  mount_it();
  begin();
  watch_again();
  EXPECT_TRUE(watch->shows(all_healthy()));
  watch.reset();
  daemon.reset();
  umount2(seen.c_str(), MNT_DETACH);
}

// As one that lost its checkpoint: for it, all queues are free.
TEST_F(StrangeKubelet, ThatForgotIsNotProposedWhatAPodLeases) {
  start();
  allocate_and_add({5, 6});
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 2)"));
  v1beta1::PreferredAllocationRequest request;
  auto* container = request.add_container_requests();
  for (const auto& id : nic->device_ids({5, 6, 7})) container->add_available_deviceids(id);
  container->set_allocation_size(1);
  grpc::ClientContext context;
  v1beta1::PreferredAllocationResponse response;
  ASSERT_TRUE(plugin()->GetPreferredAllocation(&context, request, &response).ok());
  ASSERT_EQ(response.container_responses(0).deviceids_size(), 1);
  EXPECT_EQ(response.container_responses(0).deviceids(0), nic->device_id(7));
}

}  // namespace
}  // namespace rxlease::tests
