// SPDX-License-Identifier: Apache-2.0
//
// What only a NIC with RSS and features of its own can show.
#include "kernel/ethtool/ethtool.h"

#include <gmock/gmock.h>

#include <cerrno>

#include "tests/system/fixture/host.h"
#include "tests/system/fixture/refused.h"
#include "tests/system/prep/simnic.h"

namespace rxlease::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EthtoolOfANic : public testing::Test {
 protected:
  std::vector<std::uint32_t> table() const { return ethtool.rss_get(nic.ifindex())->queues(); }

  Simnic nic;
  kernel::Ethtool ethtool = kernel::Ethtool::open(host().generic()).value();
};

TEST_F(EthtoolOfANic, SetsTheIndirectionTable) {
  ethtool.rss_set(nic.ifindex(), {3, 1});
  const auto rows = table();
  ASSERT_EQ(rows.size(), 128U);
  for (std::size_t row = 0; row < rows.size(); ++row) EXPECT_EQ(rows[row], row % 2 == 0 ? 3U : 1U);
  EXPECT_TRUE(refused([&] { ethtool.rss_set(nic.ifindex(), {8}); }, EINVAL));
  EXPECT_EQ(table(), rows);
}

TEST_F(EthtoolOfANic, ResetsTheTableToOneThatFollowsTheChannels) {
  kernel::Channels channels;
  channels.dev.dev_index = nic.ifindex();
  channels.combined_count = 4;
  ethtool.rss_set(nic.ifindex(), {7, 6});
  EXPECT_TRUE(refused([&] { ethtool.channels_set(channels); }, EINVAL))
      << "the table names queues that would go";
  ethtool.rss_set(nic.ifindex(), {});
  ethtool.channels_set(channels);
  const auto rows = table();
  for (std::size_t row = 0; row < rows.size(); ++row) EXPECT_EQ(rows[row], row % 4);
}

TEST_F(EthtoolOfANic, TellsWhichFeaturesReallyChanged) {
  EXPECT_THAT(ethtool.features_set(nic.ifindex(), "rx-gro-hw", true), ElementsAre("rx-gro-hw"));
  EXPECT_THAT(ethtool.features_set(nic.ifindex(), "rx-gro-hw", true), IsEmpty());
  nic.set("fail/features", "5");
  EXPECT_THAT(ethtool.features_set(nic.ifindex(), "rx-gro-hw", false), IsEmpty());
  const auto features = ethtool.features_get(nic.ifindex());
  EXPECT_TRUE(features->active.has("rx-gro-hw"));
  EXPECT_FALSE(features->wanted.has("rx-gro-hw")) << "the kernel remembers the wish";
}

}  // namespace
}  // namespace rxlease::tests
