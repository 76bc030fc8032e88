// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/blueprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/flow_match.h"
#include "tests/unit/attachment/record/example.h"

namespace rxlease::attachment {
namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
using nlohmann::json;

// One in which no member has its initial value.
Blueprint example_blueprint() {
  Blueprint blueprint;
  blueprint.netkit = {.pairing = kernel::NetkitPairing::pair,
                      .mode = kernel::NetkitMode::l2,
                      .policy = kernel::NetkitPolicy::blackhole,
                      .peer_policy = kernel::NetkitPolicy::blackhole,
                      .scrub = kernel::NetkitScrub::none,
                      .peer_scrub = kernel::NetkitScrub::none,
                      .headroom = 64,
                      .tailroom = 32,
                      .mtu = 9000,
                      .mac = kernel::MacAddress::parse("02:00:00:00:00:07"),
                      .host_mac = kernel::MacAddress::parse("02:00:00:00:00:08")};
  kernel::Route route;
  route.dst = *IpPrefix::parse("fd22::/64");
  route.gateway = IpAddress::parse("fd22::1");
  route.prefsrc = IpAddress::parse("fd22::5");
  route.mtu = 1400;
  route.advmss = 1360;
  route.priority = 7;
  route.table = 100;
  route.scope = std::uint8_t{253};
  kernel::Route plain;
  plain.dst = *IpPrefix::parse("10.22.0.1/32");
  blueprint.addressing = {.pod_addresses = {*IpPrefix::parse("10.22.0.5/16"), *IpPrefix::parse("fd22::5/64")},
                          .pod_routes = {plain, route},
                          .wanted_routes = {route},
                          .host_addresses = {*IpPrefix::parse("10.22.0.1/32")},
                          .host_routes = {plain}};
  blueprint.flows = {tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff})};
  blueprint.proxied = {*IpAddress::parse("10.22.0.5"), *IpAddress::parse("fd22::5")};
  return blueprint;
}

TEST(Blueprint, SurvivesItsJson) {
  const auto written = example_blueprint();
  const auto read = blueprint_from(to_json(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), to_json(written));
  EXPECT_EQ(read->netkit.mac, written.netkit.mac);
  EXPECT_EQ(read->netkit.mtu, 9000U);
  EXPECT_EQ(read->proxied, written.proxied);
  EXPECT_EQ(read->addressing.pod_addresses, written.addressing.pod_addresses);
  EXPECT_EQ(read->addressing.pod_routes[1].prefsrc, written.addressing.pod_routes[1].prefsrc);
  EXPECT_EQ(read->addressing.pod_routes[1].scope, 253);
  EXPECT_FALSE(read->addressing.pod_routes[0].scope);
  EXPECT_EQ(read->flows, written.flows);
}

TEST(Blueprint, OfAnotherVersionIsNone) {
  auto object = to_json(example_blueprint());
  object["version"] = 2;
  object["netkit"] = "in another form";
  EXPECT_FALSE(blueprint_from(object));
}

TEST(Blueprint, IsNotReadWithValuesThatAddWouldNotWrite) {
  const auto is_refused = [](const std::string& pointer, const json& value) {
    auto object = to_json(example_blueprint());
    object[json::json_pointer(pointer)] = value;
    try {
      return !blueprint_from(json::parse(object.dump()));
    } catch (const json::exception&) {
      return true;
    }
  };
  EXPECT_FALSE(is_refused("/netkit/mtu", 1500));
  EXPECT_TRUE(is_refused("/netkit/mtu", 5000000000));
  EXPECT_TRUE(is_refused("/netkit/mtu", -1));
  EXPECT_TRUE(is_refused("/netkit/mode", 7));
  EXPECT_TRUE(is_refused("/netkit/mac", "02:00"));
  EXPECT_TRUE(is_refused("/netkit/headroom", 65536));
  EXPECT_TRUE(is_refused("/addressing/podAddresses/0", "10.22.0.5"));
  EXPECT_TRUE(is_refused("/addressing/podRoutes/1/gateway", "gateway"));
  EXPECT_TRUE(is_refused("/addressing/podRoutes/1/scope", 256));
  EXPECT_TRUE(is_refused("/addressing/hostRoutes", "none"));
  auto many = to_json(example_blueprint());
  for (int i = 0; i < 300; ++i) many["flows"].push_back(many["flows"][0]);
  EXPECT_THROW(blueprint_from(many), json::exception);
}

TEST(Blueprint, IsKeptInTheRecordWithWhatHealingNeeds) {
  auto record = example();
  record.blueprint = example_blueprint();
  record.generation = 3;
  record.unfinished = record.ending = true;
  record.devices[0].allocated = kernel::DeviceId{"netdevsim1.p1", 9};
  record.set_trouble("its NIC\nhas \xc3\xa4 fault");
  const auto read = attachment_from_json_text(to_json_text(record));
  ASSERT_TRUE(read && read->blueprint);
  EXPECT_EQ(to_json_text(*read), to_json_text(record));
  EXPECT_EQ(read->generation, 3U);
  EXPECT_TRUE(read->unfinished && read->ending);
  EXPECT_EQ(read->devices[0].in_container().queue, 9U);
  EXPECT_EQ(read->devices[1].in_container().queue, 6U);
  EXPECT_EQ(read->trouble, "its NIC?has ?? fault");
}

TEST(Blueprint, IsAbsentFromTheRecordsOfOlderVersions) {
  auto object = json::parse(to_json_text(example()));
  object.erase("generation");
  const auto read = attachment_from_json_text(object.dump());
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->blueprint);
  EXPECT_EQ(read->generation, 1U);
  EXPECT_FALSE(read->ending || read->unfinished);
}

TEST(Blueprint, MakesNoRecordTooLargeToBeRead) {
  auto record = example();
  record.blueprint = example_blueprint();
  record.blueprint->flows.resize(most_flow_rules);
  record.set_trouble(std::string(100'000, 'x'));
  EXPECT_EQ(record.trouble.size(), longest_trouble);
  for (int i = 0; i < 1000; ++i) {
    record.blueprint->addressing.wanted_routes.push_back(record.blueprint->addressing.wanted_routes.front());
  }
  const auto text = to_json_text(record);
  EXPECT_LT(text.size(), std::size_t{1} << 20U);
  EXPECT_TRUE(attachment_from_json_text(text));
}

}  // namespace
}  // namespace rxlease::attachment
