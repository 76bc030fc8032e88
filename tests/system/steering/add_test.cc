// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/system/steering/steering_node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

class Steering : public SteeringNode {};

TEST_F(Steering, BringsAFlowToTheOnlyQueueAndEndsWithThePod) {
  const auto before = snapshot();
  attached(steered({7}));
  EXPECT_THAT(steering_nic.rules(), ElementsAre("tcp4 dst-ip 10.22.0.2 dst-port 5201 to queue 7",
                                                "tcp6 dst-ip fd22::2 dst-port 5201 to queue 7"));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), steered({7}))));
  EXPECT_EQ(before, snapshot());
}

TEST_F(Steering, SpreadsAFlowOverAllQueuesByAContextAndEndsWithThePod) {
  const auto before = snapshot();
  const auto conf = steered({3, 5, 6, 7});
  attached(conf);
  EXPECT_THAT(steering_nic.rules(), ElementsAre("tcp4 dst-ip 10.22.0.2 dst-port 5201 to RSS context 1",
                                                "tcp6 dst-ip fd22::2 dst-port 5201 to RSS context 1"));
  EXPECT_THAT(context(1), ElementsAre(3, 5, 6, 7));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(before, snapshot());
}

// The driver lacks what the parameter says.
class SteeringWithout : public SteeringNode, public testing::WithParamInterface<std::string> {};

TEST_P(SteeringWithout, SpreadsAFlowByARuleAQueue) {
  steering_nic.set("lacks/" + GetParam(), "Y");
  const auto before = snapshot();
  const auto conf = steered({5, 6, 7});
  const auto result = attached(conf);
  EXPECT_THAT(steering_nic.rules(),
              ElementsAre("tcp4 dst-ip 10.22.0.2 dst-port 5201 src-port 0 m 65529 to queue 5",
                          "tcp4 dst-ip 10.22.0.2 dst-port 5201 src-port 2 m 65529 to queue 6",
                          "tcp4 dst-ip 10.22.0.2 dst-port 5201 src-port 4 m 65529 to queue 7",
                          "tcp4 dst-ip 10.22.0.2 dst-port 5201 src-port 6 m 65529 to queue 5",
                          "tcp6 dst-ip fd22::2 dst-port 5201 src-port 0 m 65529 to queue 5",
                          "tcp6 dst-ip fd22::2 dst-port 5201 src-port 2 m 65529 to queue 6",
                          "tcp6 dst-ip fd22::2 dst-port 5201 src-port 4 m 65529 to queue 7",
                          "tcp6 dst-ip fd22::2 dst-port 5201 src-port 6 m 65529 to queue 5"));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), conf, result)));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(before, snapshot());
}

INSTANTIATE_TEST_SUITE_P(ADriver, SteeringWithout, testing::Values("contexts", "rss"),
                         [](const auto& lack) { return lack.param; });

TEST_F(Steering, TakesThreeQueuesAsWellWhichNoTableCanBeDividedBy) {
  attached(steered({5, 6, 7}));
  EXPECT_THAT(context(1), ElementsAre(5, 6, 7));
}

TEST_F(Steering, TakesRangesAndSources) {
  attached(steered({7}, {{{"protocol", "udp"}, {"dstPort", "6001-6003"}, {"srcPrefix", "10.0.0.0/8"}},
                         {{"protocol", "tcp"}, {"dstPort", 80}, {"srcPrefix", "fd00::/62"}}}));
  EXPECT_THAT(steering_nic.rules(),
              ElementsAre("udp4 dst-ip 10.22.0.2 dst-port 6001 src-ip 10.0.0.0/8 to queue 7",
                          "udp4 dst-ip 10.22.0.2 dst-port 6002-6003 src-ip 10.0.0.0/8 to queue 7",
                          "tcp6 dst-ip fd22::2 dst-port 80 src-ip fd00::/62 to queue 7"));
}

TEST_F(Steering, ChoosesPlacesWhereTheDriverDoesNot) {
  steering_nic.set("rules_need_location", "Y");
  const auto before = snapshot();
  attached(steered({6, 7}));
  EXPECT_EQ(steering_nic.rules().size(), 2U);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), steered({6, 7}))));
  EXPECT_EQ(before, snapshot());
  steering_nic.set("rules_need_location", "N");
}

TEST_F(Steering, IsWhatThePodAsksForInPlaceOfTheNetworks) {
  auto attachment = pod.attachment();
  attachment.args = "IgnoreUnknown=1;RXLEASE_STEERING=udp/53@10.0.0.0/8";
  ASSERT_TRUE(succeeded(runtime.add(attachment, steered({7}))));
  EXPECT_THAT(steering_nic.rules(),
              ElementsAre("udp4 dst-ip 10.22.0.2 dst-port 53 src-ip 10.0.0.0/8 to queue 7"));
  auto conf = steered({7});
  conf["args"] = {{"cni", {{"steering", json::array()}}}};
  EXPECT_TRUE(succeeded(runtime.del(attachment, conf)));
  ASSERT_TRUE(succeeded(runtime.add(pod.attachment(), conf)));
  EXPECT_THAT(steering_nic.rules(), IsEmpty());
}

TEST_F(Steering, ServesASingleBehindAnotherPluginByTheAddressesOfThatOne) {
  const auto conf = leasing({6, 7}, {{"pairing", "single"},
                                     {"steering", {tcp_5201}},
                                     {"prevResult",
                                      {{"cniVersion", "1.1.0"},
                                       {"interfaces", {{{"name", "eth0"}, {"sandbox", pod.path()}}}},
                                       {"ips", {{{"address", "192.0.2.7/24"}, {"interface", 0}}}}}}});
  const auto before = snapshot();
  attached(conf);
  EXPECT_THAT(steering_nic.rules(), ElementsAre("tcp4 dst-ip 192.0.2.7 dst-port 5201 to RSS context 1"));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(before, snapshot());
}

TEST_F(Steering, ServesASingleWithoutAddressesByWhatItsFlowsGoTo) {
  const auto conf = leasing({6, 7}, {{"pairing", "single"},
                                     {"steering",
                                      {{{"dstMac", "02:00:00:00:00:07"}, {"vlan", 100}},
                                       {{"dstPrefix", "fd09::/16"}},
                                       {{"vlan", 7}, {"protocol", "udp"}, {"dstPort", 53}}}}});
  const auto before = snapshot();
  const auto result = attached(conf);
  EXPECT_THAT(steering_nic.rules(),
              ElementsAre("ether dst 02:00:00:00:00:07 vlan 100 to RSS context 1",
                          "ip6 dst-ip fd09::/16 to RSS context 1", "udp4 dst-port 53 vlan 7 to RSS context 1",
                          "udp6 dst-port 53 vlan 7 to RSS context 1"));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), conf, result)));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(before, snapshot());
}

TEST_F(Steering, OfADestinationIsForOnePodAtATime) {
  Pod other;
  const auto conf = [&](std::uint32_t queue) {
    return leasing({queue}, {{"pairing", "single"}, {"steering", {{{"vlan", 100}}}}});
  };
  attached(conf(7));
  EXPECT_TRUE(failed(runtime.add(other.attachment(), conf(6)), 11,
                     {"ether vlan 100 goes to queue 7", pod.name()}, {"another destination"}));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf(7))));
  EXPECT_TRUE(succeeded(runtime.add(other.attachment(), conf(6))));
  EXPECT_TRUE(succeeded(runtime.del(other.attachment(), conf(6))));
}

TEST_F(Steering, OfTwoPodsIsKeptApart) {
  Pod other;
  attached(steered({4, 5}));
  ASSERT_TRUE(succeeded(runtime.add(other.attachment(), steered({6, 7}))));
  EXPECT_THAT(context(1), ElementsAre(4, 5));
  EXPECT_THAT(context(2), ElementsAre(6, 7));
  ASSERT_TRUE(succeeded(runtime.del(pod.attachment(), steered({4, 5}))));
  EXPECT_THAT(context(1), IsEmpty());
  EXPECT_THAT(context(2), ElementsAre(6, 7));
  EXPECT_THAT(steering_nic.rules(), ElementsAre("tcp4 dst-ip 10.22.0.3 dst-port 5201 to RSS context 2",
                                                "tcp6 dst-ip fd22::3 dst-port 5201 to RSS context 2"));
  EXPECT_TRUE(succeeded(runtime.del(other.attachment(), steered({6, 7}))));
}

TEST_F(Steering, IsPromisedByStatusWhereTheNicCan) {
  EXPECT_TRUE(succeeded(runtime.status(steered({6, 7}))));
}

}  // namespace
}  // namespace rxlease::tests
