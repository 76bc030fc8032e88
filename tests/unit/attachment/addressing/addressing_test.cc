// SPDX-License-Identifier: Apache-2.0
#include "attachment/addressing/addressing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attachment/record/error.h"

namespace rxlease::attachment {
namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
using testing::ElementsAre;
using testing::IsEmpty;

PodAddress with_gateway(const char* address, const char* gateway) {
  return {*IpPrefix::parse(address), IpAddress::parse(gateway)};
}

PodAddress without_gateway(const char* address) {
  return {*IpPrefix::parse(address), std::nullopt};
}

PodRoute route_to(const char* dst, const char* gateway = nullptr) {
  PodRoute route;
  route.dst = *IpPrefix::parse(dst);
  if (gateway != nullptr) route.gw = IpAddress::parse(gateway);
  return route;
}

std::vector<std::string> texts(const std::vector<kernel::Route>& routes) {
  std::vector<std::string> lines;
  for (const auto& route : routes) {
    lines.push_back(route.dst.to_string() + (route.gateway ? " via " + route.gateway->to_string() : ""));
  }
  return lines;
}

std::vector<std::string> pod_routes(const Addressing& plan) {
  auto lines = texts(plan.pod_routes);
  const auto wanted = texts(plan.wanted_routes);
  lines.insert(lines.end(), wanted.begin(), wanted.end());
  return lines;
}

std::vector<std::string> texts(const std::vector<IpPrefix>& addresses) {
  std::vector<std::string> lines;
  for (const auto& address : addresses) lines.push_back(address.to_string());
  return lines;
}

TEST(PlanAddressing, PutsTheGatewayOnTheHostsEndAndLeadsEverythingThroughIt) {
  const auto plan = plan_addressing({with_gateway("10.22.0.5/16", "10.22.0.1")}, {route_to("0.0.0.0/0")});
  EXPECT_THAT(texts(plan.pod_addresses), ElementsAre("10.22.0.5/16"));
  EXPECT_THAT(texts(plan.host_addresses), ElementsAre("10.22.0.1/32"));
  EXPECT_THAT(texts(plan.host_routes), ElementsAre("10.22.0.5/32"));
  EXPECT_THAT(pod_routes(plan),
              ElementsAre("10.22.0.1/32", "10.22.0.0/16 via 10.22.0.1", "0.0.0.0/0 via 10.22.0.1"));
  EXPECT_EQ(plan.pod_routes[1].prefsrc, IpAddress::parse("10.22.0.5"));
}

TEST(PlanAddressing, LeadsOntoTheLinkWithoutAGateway) {
  const auto plan = plan_addressing({without_gateway("10.22.0.5/16")}, {route_to("10.0.0.0/8")});
  EXPECT_THAT(plan.host_addresses, IsEmpty());
  EXPECT_THAT(pod_routes(plan), ElementsAre("10.22.0.0/16", "10.0.0.0/8"));
}

TEST(PlanAddressing, TakesTheGatewayOfTheRoutesFamily) {
  const auto plan =
      plan_addressing({with_gateway("10.22.0.5/32", "10.22.0.1"), with_gateway("fd00::5/128", "fd00::1")},
                      {route_to("::/0")});
  EXPECT_THAT(pod_routes(plan), ElementsAre("10.22.0.1/32", "fd00::1/128", "::/0 via fd00::1"));
}

TEST(PlanAddressing, ReachesAnotherGatewayOfThePodsSubnetDirectly) {
  const auto plan =
      plan_addressing({with_gateway("10.22.0.5/16", "10.22.0.1")},
                      {route_to("10.0.0.0/8", "10.22.0.9"), route_to("11.0.0.0/8", "12.0.0.1")});
  EXPECT_THAT(pod_routes(plan), ElementsAre("10.22.0.1/32", "10.22.0.9/32", "10.22.0.0/16 via 10.22.0.1",
                                            "10.0.0.0/8 via 10.22.0.9", "11.0.0.0/8 via 12.0.0.1"));
}

// The pod's other networks may have such routes too: those to gateways and subnets come behind theirs.
TEST(PlanAddressing, KeepsWantedRoutesApart) {
  const auto plan = plan_addressing({with_gateway("10.22.0.5/16", "10.22.0.1")}, {route_to("0.0.0.0/0")});
  EXPECT_THAT(texts(plan.pod_routes), ElementsAre("10.22.0.1/32", "10.22.0.0/16 via 10.22.0.1"));
  EXPECT_THAT(texts(plan.wanted_routes), ElementsAre("0.0.0.0/0 via 10.22.0.1"));
}

TEST(PlanSingle, HasAddressesOnly) {
  const auto plan =
      plan_single({with_gateway("10.22.0.5/16", "10.22.0.1"), without_gateway("fd00::5/64")}, {});
  EXPECT_THAT(texts(plan.pod_addresses), ElementsAre("10.22.0.5/16", "fd00::5/64"));
  EXPECT_THAT(pod_routes(plan), IsEmpty());
  EXPECT_THAT(plan.host_addresses, IsEmpty());
  EXPECT_THAT(plan.host_routes, IsEmpty());
}

TEST(PlanSingle, RefusesRoutes) {
  try {
    plan_single({without_gateway("10.22.0.5/16")}, {route_to("0.0.0.0/0")});
    FAIL() << "they would lead nowhere";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::invalid);
    EXPECT_EQ(error.part(), Part::routes);
    EXPECT_THAT(error.what(), testing::StartsWith("0.0.0.0/0 through a single netkit"));
  }
}

TEST(PlanAddressing, TakesTheFirstRouteToADestination) {
  const auto ip = with_gateway("10.22.0.5/16", "10.22.0.1");
  const auto plan = plan_addressing({ip, ip}, {route_to("10.22.0.0/16", "10.22.0.9")});
  EXPECT_THAT(texts(plan.pod_addresses), ElementsAre("10.22.0.5/16"));
  EXPECT_THAT(pod_routes(plan), ElementsAre("10.22.0.1/32", "10.22.0.9/32", "10.22.0.0/16 via 10.22.0.1"));
}

TEST(PlanAddressing, KeepsWhatARouteHasBesides) {
  auto wanted = route_to("10.0.0.0/8");
  wanted.mtu = 1400;
  wanted.priority = 7;
  wanted.table = 100;
  wanted.scope = 253;
  const auto plan = plan_addressing({without_gateway("10.22.0.5/32")}, {wanted});
  ASSERT_EQ(plan.wanted_routes.size(), 1U);
  EXPECT_EQ(plan.wanted_routes[0].mtu, 1400U);
  EXPECT_EQ(plan.wanted_routes[0].priority, 7U);
  EXPECT_EQ(plan.wanted_routes[0].table, 100U);
  EXPECT_EQ(plan.wanted_routes[0].scope, 253U);
}

}  // namespace
}  // namespace rxlease::attachment
