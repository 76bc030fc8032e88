// SPDX-License-Identifier: Apache-2.0
#include "kernel/nic.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/scratch_directory.h"

namespace rxlease::kernel {
namespace {

// A sysfs with nothing in it but what find_nic looks at.
class FakeSysfs {
 public:
  void add(const std::string& bus, const std::string& parent, const std::string& ifname, int ifindex,
           const std::string& phys_port_name, int dev_port) {
    const auto netdev = scratch_.path() / "bus" / bus / "devices" / parent / "net" / ifname;
    std::filesystem::create_directories(netdev);
    std::ofstream(netdev / "ifindex") << ifindex << "\n";
    std::ofstream(netdev / "dev_port") << dev_port << "\n";
    if (!phys_port_name.empty()) std::ofstream(netdev / "phys_port_name") << phys_port_name << "\n";
  }
  // A netdev whose driver has gone: its files are there, and give errors instead of an answer.
  void add_leaving(const std::string& bus, const std::string& parent, const std::string& ifname) {
    const auto netdev = scratch_.path() / "bus" / bus / "devices" / parent / "net" / ifname;
    std::filesystem::create_directories(netdev / "ifindex");
    std::filesystem::create_directories(scratch_.path() / "class/net");
    std::filesystem::create_directory_symlink(netdev, scratch_.path() / "class/net" / ifname);
    std::filesystem::create_directory_symlink(netdev.parent_path().parent_path(), netdev / "device");
  }
  std::vector<NicDetails> list() const { return list_nics(scratch_.path()); }
  std::optional<Nic> find(const std::string& name) const { return find_nic(scratch_.path(), name); }

 private:
  tests::ScratchDirectory scratch_;
};

TEST(FindNic, TellsPortsOfOneParentApart) {
  FakeSysfs sysfs;
  sysfs.add("netdevsim", "netdevsim1", "eth0", 5, "p1", 0);
  sysfs.add("netdevsim", "netdevsim1", "eth1", 6, "p2", 0);
  EXPECT_EQ(sysfs.find("netdevsim1.p2")->ifname, "eth1");
  EXPECT_EQ(sysfs.find("netdevsim1.p2")->ifindex, 6U);
  EXPECT_FALSE(sysfs.find("netdevsim1"));
}

TEST(FindNic, TakesDotsInTheParentsNameForWhatTheyAre) {
  FakeSysfs sysfs;
  sysfs.add("pci", "0000:0a:00.0", "enp10s0", 7, "", 0);
  sysfs.add("auxiliary", "mlx5_core.sf.2", "enp10s0s2", 8, "", 1);
  EXPECT_EQ(sysfs.find("0000:0a:00.0")->ifindex, 7U);
  EXPECT_EQ(sysfs.find("mlx5_core.sf.2.d1")->ifindex, 8U);
}

TEST(FindNic, AbsentNicsAreNoError) {
  FakeSysfs sysfs;
  EXPECT_FALSE(sysfs.find("netdevsim1.p1"));
  sysfs.add("pci", "0000:0a:00.0", "enp10s0", 7, "", 0);
  EXPECT_FALSE(sysfs.find("0000:0b:00.0"));
  EXPECT_FALSE(sysfs.find("."));
}

TEST(FindNic, ANicOnItsWayOutIsGone) {
  FakeSysfs sysfs;
  sysfs.add_leaving("pci", "0000:0a:00.0", "enp10s0");
  EXPECT_FALSE(sysfs.find("0000:0a:00.0"));
  EXPECT_TRUE(sysfs.list().empty());
}

}  // namespace
}  // namespace rxlease::kernel
