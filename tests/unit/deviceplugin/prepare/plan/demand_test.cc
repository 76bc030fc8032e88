// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/demand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::prepare {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Pools a and b, which select the same NIC by different kinds, with queues 2 and 3 of it.
class Demand : public testing::Test {
 protected:
  Demand() {
    nic.nic = {"nic0", "eth0", 7};
    nic.driver = "mlx5_core";
    config.pools.resize(2);
    states.resize(2);
    for (std::size_t i = 0; i < 2; ++i) {
      config.pools[i].name = states[i].name = i == 0 ? "a" : "b";
      states[i].devices.resize(2);
      states[i].devices[0].id = {"nic0", static_cast<std::uint32_t>(2 + i)};
      states[i].devices[1].id = {"nic1", 7};
    }
    config.pools[0].selectors.interfaces = {"eth0"};
    config.pools[1].selectors.drivers = {"mlx5_core"};
  }

  PooledDemand demand() const { return demand_of(config, states, nic); }
  config::Pool& a() { return config.pools[0]; }
  config::Pool& b() { return config.pools[1]; }

  config::Config config;
  std::vector<pools::PoolState> states;
  kernel::NicDetails nic;
};

TEST_F(Demand, IsOfAllPoolsTogether) {
  b().channels = 16;
  a().header_split = false;
  b().repair = true;
  EXPECT_EQ(demand().demand, (NicDemand{16, true, {2, 3}, true}));
  EXPECT_THAT(demand().pools, ElementsAre("a", "b"));
  EXPECT_THAT(demand().conflicts, IsEmpty());
}

TEST_F(Demand, LeavesQueuesInRssWhereThePoolSaysSo) {
  b().rss = config::Rss::keep;
  EXPECT_THAT(demand().demand.excluded, ElementsAre(2));
}

TEST_F(Demand, IsOfThePoolsThatSelectTheNic) {
  a().selectors.interfaces = {"eth1"};
  EXPECT_THAT(demand().pools, ElementsAre("b"));
  EXPECT_THAT(demand().demand.excluded, ElementsAre(3));
}

TEST_F(Demand, CountsAQueueThatBearsAnEarlierNameOfTheNic) {
  states[0].devices[1].ifname = "eth0";
  EXPECT_THAT(demand().demand.excluded, ElementsAre(2, 3, 7));
}

TEST_F(Demand, IsNoneOfAPoolThatAsksForNothing) {
  a().header_split = false;
  a().rss = config::Rss::keep;
  a().repair = true;
  EXPECT_THAT(demand().pools, ElementsAre("b"));
  EXPECT_FALSE(demand().demand.repair) << "it has nothing to repair";
  config.pools.pop_back();
  EXPECT_TRUE(demand().demand.is_empty());
}

TEST_F(Demand, IsTheEarlierPoolsWhereTwoDisagree) {
  a().channels = 8;
  b().channels = 16;
  EXPECT_EQ(demand().demand, (NicDemand{8, true, {2}, false}));
  EXPECT_THAT(demand().pools, ElementsAre("a"));
  EXPECT_THAT(demand().conflicts,
              ElementsAre(testing::Pair("b", "it wants 16 channels, and the earlier pool a wants 8")));
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
