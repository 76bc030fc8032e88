// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/steering_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attachment/record/error.h"

namespace rxlease::attachment {
namespace {

using kernel::IpAddress;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<Flow> flows(const std::vector<const char*>& texts) {
  std::vector<Flow> flows;
  for (const auto* text : texts) flows.push_back(*parse_flow(text));
  return flows;
}

const std::vector<IpAddress> both{*IpAddress::parse("10.22.0.5"), *IpAddress::parse("fd22::5")};

std::vector<std::string> plan(const std::vector<const char*>& texts,
                              const std::vector<IpAddress>& addresses = both) {
  std::vector<std::string> lines;
  for (const auto& match : plan_steering(flows(texts), addresses)) lines.push_back(match.to_string());
  return lines;
}

TEST(SteeringPlan, HasARuleForEachAddress) {
  EXPECT_THAT(plan({"tcp/5201"}),
              ElementsAre("tcp4 dst-ip 10.22.0.5 dst-port 5201", "tcp6 dst-ip fd22::5 dst-port 5201"));
}

TEST(SteeringPlan, HasARuleForEachBlockOfPorts) {
  EXPECT_THAT(plan({"udp/6000-6004"}, {both[0]}),
              ElementsAre("udp4 dst-ip 10.22.0.5 dst-port 6000-6003", "udp4 dst-ip 10.22.0.5 dst-port 6004"));
}

TEST(SteeringPlan, HasNoRuleForTheFamilyThatASourceIsNotOf) {
  EXPECT_THAT(plan({"tcp/80@fd00::/64"}), ElementsAre("tcp6 dst-ip fd22::5 dst-port 80 src-ip fd00::/64"));
}

TEST(SteeringPlan, TakesAllOfAFamilyForNoSource) {
  EXPECT_THAT(plan({"tcp/80", "tcp/80@0.0.0.0/0"}),
              ElementsAre("tcp4 dst-ip 10.22.0.5 dst-port 80", "tcp6 dst-ip fd22::5 dst-port 80"));
}

TEST(SteeringPlan, HasNoRuleForAFlowWithoutADestination) {
  const auto v6 = *parse_flow("tcp/81@fd00::/64");
  EXPECT_TRUE(has_destination(v6, both));
  EXPECT_FALSE(has_destination(v6, {both[0]}));
  EXPECT_FALSE(has_destination(*parse_flow("tcp/80"), {}));
  EXPECT_THAT(plan({"tcp/81@fd00::/64"}, {both[0]}), testing::IsEmpty());
}

std::vector<std::string> plan_of(const Flow& flow, const std::vector<IpAddress>& addresses = {}) {
  std::vector<std::string> lines;
  for (const auto& match : plan_steering({flow}, addresses)) lines.push_back(match.to_string());
  return lines;
}

TEST(SteeringPlan, NeedsNoAddressForADestinationThatIsNamed) {
  Flow flow;
  flow.vlan = 100;
  EXPECT_TRUE(has_destination(flow, {}));
  EXPECT_THAT(plan_of(flow), ElementsAre("ether vlan 100"));
  EXPECT_THAT(plan_of(flow, both), ElementsAre("ether vlan 100")) << "it is not for the pod's addresses";
  flow.dst_mac = kernel::MacAddress::parse("02:00:00:00:00:07");
  EXPECT_THAT(plan_of(flow), ElementsAre("ether dst 02:00:00:00:00:07 vlan 100"));
  flow.dst_prefix = kernel::IpPrefix::parse("10.9.0.0/16");
  EXPECT_THAT(plan_of(flow), ElementsAre("ip4 dst-ip 10.9.0.0/16 dst-mac 02:00:00:00:00:07 vlan 100"));
}

TEST(SteeringPlan, OfAProtocolToAMacIsForBothFamiliesUnlessTheSourceSaysWhich) {
  Flow flow;
  flow.dst_mac = kernel::MacAddress::parse("02:00:00:00:00:07");
  flow.protocol = kernel::Protocol::udp;
  EXPECT_THAT(plan_of(flow), ElementsAre("udp4 dst-mac 02:00:00:00:00:07", "udp6 dst-mac 02:00:00:00:00:07"));
  flow.dst_port = PortRange{6000, 6004};
  flow.src_prefix = kernel::IpPrefix::parse("fd00::/8");
  EXPECT_THAT(plan_of(flow), ElementsAre("udp6 dst-port 6000-6003 src-ip fd00::/8 dst-mac 02:00:00:00:00:07",
                                         "udp6 dst-port 6004 src-ip fd00::/8 dst-mac 02:00:00:00:00:07"));
}

TEST(SteeringPlan, HasABound) {
  EXPECT_THAT(plan({"tcp/1-65534", "udp/1-65534", "tcp/1-65534@10.0.0.0/8", "udp/1-65534@10.0.0.0/8"}),
              SizeIs(180));
  try {
    plan({"tcp/1-65534", "udp/1-65534", "tcp/1-65534@10.0.0.0/8", "udp/1-65534@10.0.0.0/8",
          "tcp/1-65534@10.0.0.0/9", "udp/1-65534@10.0.0.0/9", "udp/1-65534@10.0.0.0/10"});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::invalid);
    EXPECT_EQ(error.part(), Part::steering);
    EXPECT_THAT(error.what(), testing::HasSubstr("more than 256 flow rules"));
    EXPECT_THAT(error.remedy(), testing::HasSubstr("256"));
  }
}

}  // namespace
}  // namespace rxlease::attachment
