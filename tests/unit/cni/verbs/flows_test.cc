// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/flows.h"

#include <gtest/gtest.h>

#include "attachment/record/error.h"
#include "tests/unit/cni/conf/expect_error.h"

namespace rxlease::cni {
namespace {

using attachment::Flow;
using attachment::parse_flow;
using kernel::IpAddress;

const IpAddress v4 = *IpAddress::parse("10.22.0.5");

TEST(Flows, NeedAnAddress) {
  expect_error(error_of([] { plan_flows({*parse_flow("tcp/80")}, {}); }), Code::invalid_config,
               {"steering", "no address"}, {"ipam"});
}

TEST(Flows, NeedAnAddressOfTheFamilyOfTheirSource) {
  expect_error(error_of([] {
                 plan_flows({*parse_flow("tcp/80"), *parse_flow("tcp/81@fd00::/64")}, {v4});
               }),
               Code::invalid_config, {"srcPrefix", "fd00::/64", "IPv6"}, {"other family"});
}

TEST(Flows, ThatNameTheirDestinationNeedNone) {
  Flow flow;
  flow.vlan = 100;
  EXPECT_EQ(plan_flows({flow}, {}).size(), 1U);
}

TEST(Flows, OfTooManyRulesAreRefusedByThePlan) {
  const std::vector<Flow> flows{*parse_flow("tcp/1-65534"), *parse_flow("udp/1-65534")};
  const std::vector<IpAddress> addresses(5, v4);
  EXPECT_EQ(plan_flows(flows, addresses).size(), 60U) << "the same address five times";
  std::vector<IpAddress> many;
  for (const auto* text : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}) {
    many.push_back(*IpAddress::parse(text));
  }
  EXPECT_THROW(plan_flows(flows, many), attachment::Error);
}

// 5,000 flows to 5,000 addresses would make 25 million rules.
TEST(Flows, OfFarTooManyRulesAreNotAllPlanned) {
  std::vector<Flow> flows;
  for (int port = 1; port <= 5000; ++port) flows.push_back(*parse_flow("tcp/" + std::to_string(port)));
  std::vector<IpAddress> addresses;
  for (int host = 0; host < 5000; ++host) {
    addresses.push_back(
        *IpAddress::parse("10.1." + std::to_string(host / 250) + "." + std::to_string(host % 250)));
  }
  EXPECT_THROW(plan_flows(flows, addresses), attachment::Error);
}

}  // namespace
}  // namespace rxlease::cni
