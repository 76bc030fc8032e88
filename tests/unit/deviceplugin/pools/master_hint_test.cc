// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/master_hint.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::pools {
namespace {

class MasterHintTest : public testing::Test {
 protected:
  MasterHintTest() {
    nics.resize(2);
    nics[0].details.nic.ifname = "eth0";
    nics[1].details.nic.ifname = "eth1";
    nics[1].details.altnames = {"left"};
  }

  // The hints for these patterns, each in a line.
  std::string hints(const std::vector<std::string>& interfaces) const {
    config::Selectors selectors;
    selectors.interfaces = interfaces;
    std::string text;
    for (const auto& found : master_hints(selectors, nics, masters)) text += found.sentence() + "\n";
    EXPECT_TRUE(text.empty() || may_name_master(selectors, nics));
    return text;
  }

  std::vector<nic::NicState> nics;
  std::vector<nic::Master> masters{{{"bond0", "uplink"}, "bond", {"eth0", "eth1"}},
                                   {{"br0"}, "bridge", {"eth2"}}};
  const std::string hint =
      "interface bond0 is a bond, which has no queues to lease; name its slaves instead: eth0, eth1\n";
};

TEST_F(MasterHintTest, NamesTheSlavesOfABondThatASelectorNames) {
  EXPECT_EQ(hints({"bond0"}), hint);
  EXPECT_EQ(hints({"bond*"}), hint);
  EXPECT_EQ(hints({"uplink"}), hint) << "by its other name";
  EXPECT_EQ(hints({"eth0", "bond0"}), hint) << "beside a NIC";
}

TEST_F(MasterHintTest, IsForEveryKindOfMaster) {
  EXPECT_EQ(hints({"br0"}),
            "interface br0 is a bridge, which has no queues to lease; name its slaves instead: eth2\n");
}

TEST_F(MasterHintTest, IsNoneWhereNicsAreNamed) {
  EXPECT_EQ(hints({"eth0", "left"}), "");
  EXPECT_EQ(hints({"*"}), "");
  EXPECT_EQ(hints({}), "");
  EXPECT_EQ(hints({"eth7"}), "");
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
