// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/flow_rules.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/flow_match.h"
#include "tests/system/fixture/refused.h"
#include "tests/system/steering/steering_node.h"

namespace rxlease::tests {
namespace {

using kernel::FlowRule;
using kernel::IpPrefix;
using kernel::Protocol;
using testing::ElementsAre;
using testing::IsEmpty;

class FlowRulesOfANic : public SteeringNode {
 protected:
  const FlowRule v4{to_host(Protocol::tcp, "10.22.0.5", {6000, 0xfffc}, "10.0.0.0/9"), {7, std::nullopt}};
  const FlowRule v6{to_host(Protocol::udp, "fd22::5", {53, 0xffff}, "fd00::/61"), {3, std::nullopt}};
};

TEST_F(FlowRulesOfANic, AreReadBackAsTheyWereMade) {
  EXPECT_TRUE(table().table()->driver_chooses);
  EXPECT_EQ(table().table()->size, 48U);
  EXPECT_EQ(table().insert(v4), 0U);
  EXPECT_EQ(table().insert(v6), 1U);
  EXPECT_THAT(table().list(), ElementsAre(std::pair(0U, v4), std::pair(1U, v6)));
  EXPECT_TRUE(table().remove(0));
  EXPECT_FALSE(table().remove(0));
  EXPECT_THAT(table().list(), ElementsAre(std::pair(1U, v6)));
  EXPECT_TRUE(table().remove(1));
  EXPECT_THAT(table().list(), IsEmpty());
}

TEST_F(FlowRulesOfANic, AreOfAnyLayer) {
  std::vector<FlowRule> rules(4, {{}, {7, std::nullopt}});
  rules[0].match.dst_mac = kernel::MacAddress::parse("02:00:00:00:00:07");
  rules[1].match.vlan = 100;
  rules[2].match.dst = IpPrefix::parse("10.9.0.0/16");
  rules[2].match.vlan = 100;
  rules[3] = v6;
  rules[3].match.dst_mac = rules[0].match.dst_mac;
  for (const auto& rule : rules) {
    const auto location = table().insert(rule);
    EXPECT_EQ(table().list().at(location), rule) << rule.match.to_string();
    EXPECT_TRUE(refused([&] { table().insert(rule); }, EEXIST));
  }
}

TEST_F(FlowRulesOfANic, GetTheFirstFreePlaceWhereTheDriverDoesNotChoose) {
  steering_nic.set("rules_need_location", "Y");
  EXPECT_FALSE(table().table()->driver_chooses);
  EXPECT_EQ(table().insert(v4), 0U);
  EXPECT_EQ(table().insert(v6), 1U);
  EXPECT_TRUE(table().remove(0));
  EXPECT_EQ(table().insert(v4), 0U);
  steering_nic.set("rules_need_location", "N");
}

TEST_F(FlowRulesOfANic, CanNameAnRssContext) {
  kernel::RssContexts::open(host().generic())
      ->rss_create_act(nic.ifindex(), 2, kernel::Rss::spread({6, 7}, 2));
  auto rule = v4;
  rule.target = {0, 2};
  table().insert(rule);
  EXPECT_THAT(table().list(), ElementsAre(std::pair(0U, rule)));
}

TEST_F(FlowRulesOfANic, AreRefused) {
  table().insert(v4);
  EXPECT_TRUE(refused([&] { table().insert(v4); }, EEXIST));
  auto rule = v6;
  rule.target.queue = 8;
  EXPECT_TRUE(refused([&] { table().insert(rule); }, EINVAL)) << "there are eight queues";
  rule.target = {0, 9};
  EXPECT_TRUE(refused([&] { table().insert(rule); }, EINVAL)) << "there is no such context";
  EXPECT_TRUE(refused([&] { kernel::FlowRules(host(), "nosuch0").list(); }, ENODEV));
}

TEST_F(FlowRulesOfANic, AreNoneWhereTheDriverHasNone) {
  const SimulatedNic netdevsim;
  EXPECT_FALSE(kernel::FlowRules(host(), netdevsim.ifname()).table());
  EXPECT_THAT(kernel::FlowRules(host(), netdevsim.ifname()).list(), IsEmpty());
}

TEST_F(FlowRulesOfANic, AreThoseOfTheNamespaceNotOfTheThread) {
  EXPECT_TRUE(refused([&] { kernel::FlowRules(pod.netns(), nic.ifname()).list(); }, ENODEV));
}

}  // namespace
}  // namespace rxlease::tests
