// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/socket/genl.h"

#include <gtest/gtest.h>

#include "kernel/netlink/netdev.h"
#include "tests/system/fixture/host.h"

namespace rxlease::tests {
namespace {

using kernel::getfamily;

TEST(Getfamily, DescribesTheNetdevFamily) {
  const auto family = getfamily(host().generic(), "netdev");
  ASSERT_TRUE(family);
  EXPECT_EQ(family->family_name, "netdev");
  EXPECT_NE(family->family_id, 0);
  EXPECT_EQ(family->version, 1U);
}

TEST(Getfamily, KnowsItsMulticastGroups) {
  const auto family = getfamily(host().generic(), "netdev");
  ASSERT_TRUE(family);
  EXPECT_TRUE(family->mcast_group("mgmt"));
  EXPECT_TRUE(family->mcast_group("page-pool"));
  EXPECT_NE(family->mcast_group("mgmt"), family->mcast_group("page-pool"));
  EXPECT_FALSE(family->mcast_group("nonsense"));
}

TEST(Getfamily, FindsNoFamilyThatTheKernelLacks) {
  EXPECT_FALSE(getfamily(host().generic(), "abacus"));
  EXPECT_FALSE(getfamily(host().generic(), ""));
}

TEST(Netdev, HasEveryOperationThatWeUse) {
  const auto netdev = netdev_of(host());
  for (const auto op : {kernel::NetdevOp::dev_get, kernel::NetdevOp::queue_get, kernel::NetdevOp::napi_get,
                        kernel::NetdevOp::qstats_get, kernel::NetdevOp::queue_create}) {
    EXPECT_TRUE(netdev.has_op(op)) << static_cast<int>(op);
  }
  EXPECT_FALSE(netdev.family().has_op(250));
}

}  // namespace
}  // namespace rxlease::tests
