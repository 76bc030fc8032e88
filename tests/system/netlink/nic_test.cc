// SPDX-License-Identifier: Apache-2.0
#include "kernel/nic.h"

#include <gtest/gtest.h>

#include "kernel/netlink/links.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/nic/representors.h"
#include "tests/system/fixture/nic/simulated_nic.h"

namespace rxlease::tests {
namespace {

using kernel::find_nic;

TEST(FindNic, FindsEveryPortByItsName) {
  const SimulatedNic nic(4, 2);
  for (const unsigned port : {1U, 2U}) {
    const auto found = find_nic("/sys", nic.port_name(port));
    ASSERT_TRUE(found) << port;
    const auto link = kernel::Links(host().route()).getlink(found->ifindex);
    ASSERT_TRUE(link) << port;
    EXPECT_EQ(link->ifname, found->ifname);
    EXPECT_EQ(link->phys_port_name, "p" + std::to_string(port));
    EXPECT_EQ(link->parent_dev_name, nic.parent());
    EXPECT_EQ(link->parent_dev_bus_name, "netdevsim");
  }
  EXPECT_NE(nic.ifindex(1), nic.ifindex(2));
}

TEST(FindNic, FindsItUnderItsNewName) {
  const SimulatedNic nic;
  kernel::Link renamed;
  renamed.ifinfo.ifi_index = static_cast<int>(nic.ifindex());
  renamed.ifname = "uplink0";
  kernel::Links(host().route()).setlink(renamed);
  const auto found = find_nic("/sys", nic.port_name());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->ifname, "uplink0");
  EXPECT_EQ(found->ifindex, nic.ifindex());
}

TEST(FindNic, TellsARepresentorFromItsPort) {
  const SimulatedNic nic;
  const auto representor = add_representor(nic);
  EXPECT_NE(representor.ifindex, nic.ifindex());
  EXPECT_EQ(representor.name, nic.parent() + ".pf0vf0");
  EXPECT_EQ(find_nic("/sys", nic.port_name())->ifindex, nic.ifindex());
}

TEST(FindNic, FindsNothingThatIsNotThere) {
  SimulatedNic nic(4, 2);
  EXPECT_FALSE(find_nic("/sys", nic.parent()));
  EXPECT_FALSE(find_nic("/sys", nic.parent() + ".p3"));
  EXPECT_FALSE(find_nic("/sys", "lo"));
  EXPECT_FALSE(find_nic("/sys", nic.ifname()));
  nic.unplug();
  EXPECT_FALSE(find_nic("/sys", nic.port_name()));
}

}  // namespace
}  // namespace rxlease::tests
