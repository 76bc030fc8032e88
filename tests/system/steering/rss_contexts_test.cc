// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/rss_contexts.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/flow_match.h"
#include "tests/system/fixture/refused.h"
#include "tests/system/steering/steering_node.h"

namespace rxlease::tests {
namespace {

using kernel::Rss;
using testing::IsEmpty;

class RssContextsOfANic : public SteeringNode {
 protected:
  kernel::RssContexts contexts = *kernel::RssContexts::open(host().generic());
};

TEST_F(RssContextsOfANic, AreReadBackAsTheyWereMade) {
  const auto rows = contexts.rss_get_dump(nic.ifindex()).at(0).queues().size();
  EXPECT_EQ(rows, 128U);
  contexts.rss_create_act(nic.ifindex(), 5, Rss::spread({5, 6, 7}, rows));
  const auto all = contexts.rss_get_dump(nic.ifindex());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].context, 0U);
  EXPECT_EQ(all[1].context, 5U);
  EXPECT_EQ(all[1].dev.dev_index, nic.ifindex());
  EXPECT_EQ(all[1].indir, Rss::spread({5, 6, 7}, rows));
  EXPECT_TRUE(contexts.rss_delete_act(nic.ifindex(), 5));
  EXPECT_FALSE(contexts.rss_delete_act(nic.ifindex(), 5));
}

TEST_F(RssContextsOfANic, AreRefused) {
  const auto indir = Rss::spread({7}, 1);
  contexts.rss_create_act(nic.ifindex(), 1, indir);
  EXPECT_TRUE(refused([&] { contexts.rss_create_act(nic.ifindex(), 1, indir); }, EBUSY));
  EXPECT_TRUE(refused([&] { contexts.rss_create_act(nic.ifindex(), 16, indir); }, ERANGE));
  EXPECT_TRUE(refused([&] { contexts.rss_create_act(nic.ifindex(), 2, Rss::spread({8}, 1)); }, EINVAL,
                      "queue out of range"));
  EXPECT_TRUE(refused(
      [&] {
        contexts.rss_create_act(nic.ifindex(), 2, Rss::spread({6, 7}, 3));
      },
      EINVAL, "mismatch"));
  table().insert({to_host(kernel::Protocol::tcp, "10.0.0.1", {1, 0xffff}), {0, 1}});
  EXPECT_TRUE(refused([&] { contexts.rss_delete_act(nic.ifindex(), 1); }, EBUSY));
}

TEST_F(RssContextsOfANic, AreUnsupportedWhereTheDriverHasNone) {
  EXPECT_TRUE(contexts.are_supported(nic.ifindex()));
  steering_nic.set("lacks/contexts", "Y");
  EXPECT_FALSE(contexts.are_supported(nic.ifindex()));
  steering_nic.set("lacks/contexts", "N");
  const SimulatedNic netdevsim;
  EXPECT_FALSE(contexts.are_supported(netdevsim.ifindex()));
  EXPECT_THAT(contexts.rss_get_dump(netdevsim.ifindex()), IsEmpty());
}

}  // namespace
}  // namespace rxlease::tests
