// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/overlap.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::config {
namespace {

Pool pool_of(Selectors selectors, Queues queues = {4, {}}) {
  Pool pool;
  pool.selectors = std::move(selectors);
  pool.queues = std::move(queues);
  return pool;
}

Selectors interfaces(std::vector<std::string> names) {
  return {std::move(names), {}, {}, {}, {}};
}
Selectors drivers(std::vector<std::string> names) {
  return {{}, std::move(names), {}, {}, {}};
}

// The answer must not depend on which pool comes first.
std::optional<std::string> overlap(const Pool& a, const Pool& b) {
  const auto found = overlap_of(a, b);
  EXPECT_EQ(overlap_of(b, a), found);
  return found;
}

TEST(PoolOverlap, IsSeenInAnInterfaceThatBothName) {
  EXPECT_EQ(overlap(pool_of(interfaces({"eth0", "eth1"})), pool_of(interfaces({"eth2", "eth1"}))),
            "interface \"eth1\", the highest queues");
  EXPECT_EQ(overlap(pool_of(interfaces({"eth0"})), pool_of(interfaces({"eth1"}))), std::nullopt);
}

TEST(PoolOverlap, IsSeenInANameThatAPatternMatches) {
  EXPECT_EQ(overlap(pool_of(interfaces({"eth0"})), pool_of(interfaces({"eth[0-3]"}))),
            "interface \"eth0\", the highest queues");
  EXPECT_EQ(overlap(pool_of(interfaces({"eth4"})), pool_of(interfaces({"eth[0-3]"}))), std::nullopt);
  EXPECT_EQ(overlap(pool_of(interfaces({"enp*"})), pool_of(interfaces({"*np0"}))), std::nullopt);
  EXPECT_EQ(overlap(pool_of(interfaces({"enp*"})), pool_of(interfaces({"enp*"}))),
            "interface \"enp*\", the highest queues");
}

TEST(PoolOverlap, NeedsQueuesInCommon) {
  const auto eth0 = interfaces({"eth0"});
  EXPECT_EQ(overlap(pool_of(eth0, {0, {8, 9, 10}}), pool_of(eth0, {0, {9, 10, 11}})),
            "interface \"eth0\", queues [9-10]");
  EXPECT_EQ(overlap(pool_of(eth0, {0, {8}}), pool_of(eth0, {0, {9}})), std::nullopt);
  EXPECT_EQ(overlap(pool_of(eth0, {4, {}}), pool_of(eth0, {0, {9}})), std::nullopt)
      << "only the NIC can tell";
}

TEST(PoolOverlap, IsRuledOutByAnotherKindOfSelector) {
  const Selectors near{{"eth0"}, {}, {}, {}, {0}};
  const Selectors far{{"eth0"}, {}, {}, {}, {1}};
  EXPECT_EQ(overlap(pool_of(near), pool_of(far)), std::nullopt);
  EXPECT_EQ(overlap(pool_of(near), pool_of(near)), "interface \"eth0\", the highest queues");
}

TEST(PoolOverlap, OfSortsOfNicsNeedsTheSameKinds) {
  EXPECT_EQ(overlap(pool_of(drivers({"gve"})), pool_of(drivers({"gve"}))),
            "driver \"gve\", the highest queues");
  EXPECT_EQ(overlap(pool_of(drivers({"gve"})), pool_of(interfaces({"eth0"}))), std::nullopt);
  EXPECT_EQ(overlap(pool_of(drivers({"gve"})), pool_of({{}, {"gve"}, {}, {}, {0}})), std::nullopt);
}

TEST(PoolOverlap, IsSeenInParentsAndPciAddresses) {
  EXPECT_EQ(
      overlap(pool_of({{}, {}, {"0000:0a:00.0"}, {}, {}}), pool_of({{}, {}, {"0000:0a:00.0"}, {}, {1}})),
      "PCI address \"0000:0a:00.0\", the highest queues");
  EXPECT_EQ(overlap(pool_of({{}, {}, {}, {"netdevsim1"}, {}}), pool_of({{}, {}, {}, {"netdevsim1"}, {}})),
            "parent \"netdevsim1\", the highest queues");
}

}  // namespace
}  // namespace rxlease::deviceplugin::config
