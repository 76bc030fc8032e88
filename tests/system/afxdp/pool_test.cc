// SPDX-License-Identifier: Apache-2.0
//
// The XDP program on the NIC of a pool, as the daemon keeps it.
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <filesystem>

#include "deviceplugin/prepare/plan/settings.h"
#include "deviceplugin/xdp/bpf.h"
#include "deviceplugin/xdp/nic_program.h"
#include "kernel/files.h"
#include "tests/system/afxdp/afxdp_node.h"
#include "tests/system/fixture/host.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;

class AfxdpPool : public AfxdpNode {
 protected:
  bool has_program() const { return deviceplugin::xdp::has_xdp(nic->ifindex()); }
  static constexpr std::chrono::seconds patience{10};
};

TEST_F(AfxdpPool, HasItsProgramOnTheNicOnceItIsListed) {
  ASSERT_FALSE(has_program());
  start();
  EXPECT_TRUE(watch->shows(health("Healthy")));
  EXPECT_TRUE(has_program());
}

TEST_F(AfxdpPool, MountsAFolderAndAMapForEachQueue) {
  start();
  const auto allocation = allocate({7, 6});
  std::vector<std::string> mounts;
  for (const auto& mount : allocation.mounts()) {
    EXPECT_TRUE(mount.read_only());
    mounts.push_back(mount.host_path() + " " + mount.container_path());
  }
  const std::string pins = std::string(bpf_directory) + "/simnic+0+p1/";
  EXPECT_THAT(mounts, testing::ElementsAre(
                          host_folder(6) + " " + folder(6), pins + "rx6 " + folder(6) + "/xsks_map",
                          host_folder(7) + " " + folder(7), pins + "rx7 " + folder(7) + "/xsks_map"));
}

TEST_F(AfxdpPool, IsUnhealthyWhileAnotherProgramHasTheNic) {
  const std::string others = "/sys/fs/bpf/rxlease-others";
  { const deviceplugin::xdp::NicProgram program(others, nic->ifindex()); }
  start();
  EXPECT_TRUE(watch->shows(health("Unhealthy")));
  EXPECT_TRUE(logs("AF_XDP cannot have its NIC: another XDP program is attached to it"));
  deviceplugin::xdp::NicProgram::remove(others);
  EXPECT_TRUE(watch->shows(health("Healthy")));
}

// As gve: no program while segments are joined or headers split.
TEST_F(AfxdpPool, HasItsNicMadeAsTheDriverWantsItAndGivesItBack) {
  kernel::write_in_place("/sys/kernel/debug/simnic/simnic.0/p1/xdp_needs_whole_packets", "Y");
  run("ethtool -K " + nic->ifname() + " rx-gro-hw on");
  kernel::Rings split;
  split.dev.dev_index = nic->ifindex();
  split.tcp_data_split = kernel::TcpDataSplit::enabled;
  kernel::Ethtool::open(host().generic())->rings_set(split);
  const auto settings = [&] {
    const auto ethtool = kernel::Ethtool::open(host().generic());
    return deviceplugin::prepare::describe(
        deviceplugin::prepare::read_settings(*ethtool, nic->ifindex(), 0).settings);
  };
  const auto before = settings();
  start();
  EXPECT_TRUE(watch->shows(health("Healthy")));
  EXPECT_TRUE(logs("is prepared: rx-gro-hw on to off, tcp-data-split enabled to disabled"));
  EXPECT_TRUE(has_program());
  kill_and_restart();
  EXPECT_TRUE(watch->shows(health("Healthy")));
  EXPECT_TRUE(has_program());
  configure({"{ name: other, selectors: { interfaces: [none] }, queues: { count: 1 } }"});
  EXPECT_TRUE(eventually([&] { return settings() == before && !has_program(); }, patience)) << settings();
}

// As mlx5, which tells its reason to the kernel's log only.
TEST_F(AfxdpPool, HasItsNicMadeAlsoForADriverThatRefusesWithoutAWord) {
  kernel::write_in_place("/sys/kernel/debug/simnic/simnic.0/p1/xdp_needs_whole_packets", "Y");
  kernel::write_in_place("/sys/kernel/debug/simnic/simnic.0/p1/xdp_says_nothing", "Y");
  run("ethtool -K " + nic->ifname() + " rx-gro-hw on");
  start();
  EXPECT_TRUE(watch->shows(health("Healthy")));
  EXPECT_TRUE(logs("its driver refuses the XDP program: the kernel's log may say why"));
  EXPECT_TRUE(logs("is prepared: rx-gro-hw on to off"));
  EXPECT_TRUE(has_program());
}

// As bnxt and fbnic, which take a program.
TEST_F(AfxdpPool, IsUnhealthyWhereTheDriverHasAfXdpWithCopiesOnly) {
  kernel::write_in_place("/sys/kernel/debug/simnic/simnic.0/p1/lacks/xsk", "Y");
  start();
  EXPECT_TRUE(watch->shows(health("Unhealthy")));
  EXPECT_TRUE(logs("AF_XDP cannot have its NIC: its driver has AF_XDP with copies only"));
  kernel::write_in_place("/sys/kernel/debug/simnic/simnic.0/p1/lacks/xsk", "N");
  EXPECT_TRUE(watch->shows(health("Healthy")));
}

TEST_F(AfxdpPool, GetsItsProgramBackWhenSomebodyTookItOff) {
  start();
  const auto link = deviceplugin::xdp::open_pinned(std::string(bpf_directory) + "/simnic+0+p1/link");
  ASSERT_TRUE(link);
  deviceplugin::xdp::detach_xdp(*link);
  EXPECT_TRUE(eventually([&] { return has_program(); }, patience));
  const auto container = give(pod, {7});
  const auto process = echo(container, 7, 0);
  EXPECT_EQ(ask(client, 7007, 10).answered, 10U);
}

TEST_F(AfxdpPool, TakesItsProgramAlongOnceNoPodHasAQueue) {
  start();
  const auto container = give(pod, {7});
  {
    const auto process = echo(container, 7, 0);
    configure({pool("rxq", "[5-7]", "memory-provider")});
    EXPECT_TRUE(logs("was changed, and applies now"));
    EXPECT_EQ(ask(client, 7007, 100).answered, 100U) << "of the pod that is still there";
    EXPECT_TRUE(has_program());
  }
  ASSERT_TRUE(succeeded(detach(pod, {7})));
  EXPECT_TRUE(eventually([&] { return !has_program(); }, patience));
  // What is pinned goes after the program.
  EXPECT_TRUE(eventually([] { return std::filesystem::is_empty(bpf_directory); }, patience));
}

// As when the chart, which has no AF_XDP pool any more, mounts no folder of the bpffs: the next daemon does
// not see the pins.
TEST_F(AfxdpPool, OfAnEarlierDaemonLeavesNoProgramBehind) {
  start();
  watch.reset();
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
  ASSERT_TRUE(has_program());
  ASSERT_EQ(mount("tmpfs", bpf_directory, "tmpfs", 0, nullptr), 0);
  configure({pool("rxq", "[5-7]", "memory-provider")});
  start("rxq");
  EXPECT_TRUE(eventually([&] { return !has_program(); }, patience));
  EXPECT_TRUE(watch->shows(health("Healthy")));
  watch.reset();
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
  umount2(bpf_directory, MNT_DETACH);
  configure({pool("afxdp", "[5-7]", "afxdp")});
  start();
  EXPECT_TRUE(has_program()) << "what is still pinned is used on";
}

TEST_F(AfxdpPool, KeepsItsProgramWhenTheDaemonEnds) {
  start();
  watch.reset();
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
  EXPECT_TRUE(has_program());
}

// As the chart mounts it: the container sees the removed folder for ever.
TEST_F(AfxdpPool, WhoseFolderIsRemovedUnderABindMountEndsTheDaemon) {
  const std::string on_the_host = "/sys/fs/bpf/rxlease-on-the-host";
  std::filesystem::create_directories(on_the_host);
  std::filesystem::create_directories(bpf_directory);
  ASSERT_EQ(mount(on_the_host.c_str(), bpf_directory, nullptr, MS_BIND, nullptr), 0);
  start();
  EXPECT_TRUE(has_program());
  watch.reset();
  std::filesystem::remove_all(on_the_host);
  EXPECT_TRUE(
      logs(std::string("the directory ") + bpf_directory + " was removed, and a bind mount still shows it"));
  EXPECT_EQ(daemon->end(0).status, 1);
  umount2(bpf_directory, MNT_DETACH);
  start();
  EXPECT_TRUE(has_program());
}

// RLIMIT_NOFILE of this process and its children, for the object's life.
class DescriptorLimit {
 public:
  DescriptorLimit(rlim_t soft, rlim_t hard) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit limit{soft, hard};
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(AfxdpPool, LeavesOutOnlyTheQueuesThatNoDescriptorIsLeftFor) {
  const DescriptorLimit limit(200, 276);  // two queues have ten descriptors each beside the daemon's own
  start();
  EXPECT_TRUE(watch->shows(
      {{nic->device_id(5), "Healthy"}, {nic->device_id(6), "Healthy"}, {nic->device_id(7), "Unhealthy"}}));
  EXPECT_TRUE(logs(nic->device_id(7) +
                   " is unhealthy: no descriptor is left for its afxdp.sock: the daemon's "
                   "limit of 276 suffices for 2 AF_XDP queues"));
  const auto container = give(pod, {6});
  const auto process = echo(container, 6, 0);
  EXPECT_EQ(ask(client, 7006, 10).answered, 10U);
}

// Nothing has changed about pools and NICs in between.
TEST_F(AfxdpPool, HasASocketThatCouldNotBeMadeAtFirst) {
  const auto in_its_place = host_folder(6) + "/afxdp.sock";
  std::filesystem::create_directories(in_its_place);
  start();
  EXPECT_TRUE(logs(nic->device_id(6) + ": rename to " + in_its_place));
  std::filesystem::remove(in_its_place);
  ::kill(daemon->pid(), SIGHUP);
  EXPECT_TRUE(eventually([&] { return std::filesystem::is_socket(in_its_place); }, patience));
  const auto container = give(pod, {6});
  const auto process = echo(container, 6, 0);
  EXPECT_EQ(ask(client, 7006, 10).answered, 10U);
}

TEST_F(AfxdpPool, HasItsSocketsAgainWhenTheyWereRemoved) {
  start();
  const auto socket = host_folder(6) + "/afxdp.sock";
  ASSERT_TRUE(eventually([&] { return std::filesystem::is_socket(socket); }, patience));
  ASSERT_TRUE(std::filesystem::remove(socket));
  ::kill(daemon->pid(), SIGHUP);
  EXPECT_TRUE(eventually([&] { return std::filesystem::is_socket(socket); }, patience));
}

TEST_F(AfxdpPool, RaisesItsLimitOfDescriptors) {
  const DescriptorLimit limit(200, 4096);
  start();
  EXPECT_TRUE(watch->shows(health("Healthy")));
  rlimit of_daemon{};
  ASSERT_EQ(prlimit(daemon->pid(), RLIMIT_NOFILE, nullptr, &of_daemon), 0);
  EXPECT_EQ(of_daemon.rlim_cur, 4096U);
}

// By their selectors nobody could tell that both take the same NIC.
TEST_F(AfxdpPool, SharesItsNicWithNoPoolOfAnotherUse) {
  configure({pool("afxdp", "[6-7]", "afxdp"),
             "{ name: rxq, selectors: { parents: [simnic.0] }, queues: { ids: [5] }, rss: keep, headerSplit: "
             "false }"});
  start();
  EXPECT_TRUE(logs("pool rxq: simnic.0.p1 is in use by pool afxdp, whose use is \"afxdp\""));
  EXPECT_TRUE(watch->shows({{nic->device_id(6), "Healthy"}, {nic->device_id(7), "Healthy"}}));
}

}  // namespace
}  // namespace rxlease::tests
