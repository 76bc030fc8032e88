// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/ethtool.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/system/fixture/host.h"
#include "tests/system/fixture/nic/channels.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

class Ethtool : public testing::Test {
 protected:
  SimulatedNic nic{4};
  kernel::Ethtool ethtool = kernel::Ethtool::open(host().generic()).value();
};

TEST_F(Ethtool, ReadsBackWhatWasSetOfRings) {
  kernel::Rings change;
  change.dev.dev_index = nic.ifindex();
  change.tcp_data_split = kernel::TcpDataSplit::enabled;
  change.hds_thresh = 17;
  ethtool.rings_set(change);
  auto rings = ethtool.rings_get(nic.ifindex());
  ASSERT_TRUE(rings);
  EXPECT_EQ(rings->dev.dev_index, nic.ifindex());
  EXPECT_EQ(rings->tcp_data_split, kernel::TcpDataSplit::enabled);
  EXPECT_EQ(rings->hds_thresh, 17U);
  EXPECT_GT(rings->hds_thresh_max, 17U);
  EXPECT_LE(rings->rx, rings->rx_max);

  change.hds_thresh.reset();
  change.tcp_data_split = kernel::TcpDataSplit::disabled;
  ethtool.rings_set(change);
  rings = ethtool.rings_get(nic.ifindex());
  ASSERT_TRUE(rings);
  EXPECT_EQ(rings->tcp_data_split, kernel::TcpDataSplit::disabled);
  EXPECT_EQ(rings->hds_thresh, 17U);
}

TEST_F(Ethtool, CountsChannels) {
  set_channels(nic.ifname(), 3);
  const auto channels = ethtool.channels_get(nic.ifindex());
  ASSERT_TRUE(channels);
  EXPECT_EQ(channels->combined_count, 3U);
  EXPECT_EQ(channels->combined_max, 4U);
}

TEST_F(Ethtool, SetsChannels) {
  kernel::Channels channels;
  channels.dev.dev_index = nic.ifindex();
  channels.combined_count = 2;
  ethtool.channels_set(channels);
  EXPECT_EQ(ethtool.channels_get(nic.ifindex())->combined_count, 2U);
  channels.combined_count = 5;
  EXPECT_TRUE(refused([&] { ethtool.channels_set(channels); }, EINVAL));
  EXPECT_EQ(ethtool.channels_get(nic.ifindex())->combined_count, 2U);
}

TEST_F(Ethtool, SetsNoTableOfADriverWithoutRss) {
  EXPECT_TRUE(refused([&] { ethtool.rss_set(nic.ifindex(), {0}); }, EOPNOTSUPP));
}

TEST_F(Ethtool, NamesFeatures) {
  constexpr std::uint32_t loopback = 1;
  const auto features = ethtool.features_get(loopback);
  ASSERT_TRUE(features);
  EXPECT_TRUE(features->active.has("loopback"));
  EXPECT_FALSE(features->hw.has("loopback"));  // it cannot be switched
  EXPECT_FALSE(features->active.has("rx-ntuple-filter"));
  EXPECT_FALSE(features->active.has("no-such-feature"));
}

TEST_F(Ethtool, KnowsWhatADriverDoesNotTell) {
  constexpr std::uint32_t loopback = 1;
  EXPECT_FALSE(ethtool.rss_get(nic.ifindex()));
  EXPECT_FALSE(ethtool.rings_get(loopback));
  EXPECT_FALSE(ethtool.channels_get(loopback));
}

TEST_F(Ethtool, RefusesADeviceThatIsGone) {
  EXPECT_TRUE(refused([&] { ethtool.rings_get(1U << 30); }, ENODEV));
}

}  // namespace
}  // namespace rxlease::tests
