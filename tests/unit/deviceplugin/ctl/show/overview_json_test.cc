// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/overview_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/deviceplugin/ctl/show/example.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(Json, HasEveryMemberThatIsPromised) {
  const auto all = json::parse(to_json_text(overview_of(snapshot()), Topic::all));
  const auto names = [](const json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;  // in alphabetic order
  };
  EXPECT_THAT(names(all), ElementsAre("kernelCanLease", "leases", "nics", "pods", "pools", "queues",
                                      "unreadableRecords"));
  EXPECT_THAT(
      names(all.at("nics")[0]),
      ElementsAre("bus", "canLease", "cannotLeaseReason", "driver", "foreignLeases", "ifindex", "interface",
                  "leasedQueues", "link", "name", "numaNode", "parent", "pools", "rxQueues"));
  EXPECT_THAT(names(all.at("pools")[0]),
              ElementsAre("free", "healthy", "leased", "name", "nics", "problems", "queues", "resource",
                          "unhealthy", "unhealthyReasons", "use"));
  EXPECT_THAT(names(all.at("pools")[0].at("unhealthyReasons")[0]), ElementsAre("queues", "reason"));
  EXPECT_THAT(names(all.at("queues")[0]),
              ElementsAre("device", "healthy", "holder", "interface", "nic", "numaNode", "pool", "queue",
                          "reason", "rxBytes", "rxPackets", "use"));
  EXPECT_THAT(names(all.at("leases")[1]),
              ElementsAre("device", "flows", "holder", "ifindex", "lent", "netnsId", "network", "pairing",
                          "pool", "queue", "state", "takenBy", "trouble"));
  EXPECT_THAT(names(all.at("leases")[1].at("holder")),
              ElementsAre("containerId", "interface", "netns", "podName", "podNamespace", "podUid"));
  EXPECT_THAT(names(all.at("pods")[0]), ElementsAre("containerId", "devices", "interfaces", "netns",
                                                    "podName", "podNamespace", "podUid"));
}

TEST(Json, IsNullWhereNothingIsKnown) {
  const auto all = json::parse(to_json_text(overview_of(snapshot()), Topic::all));
  EXPECT_TRUE(all.at("leases")[0].at("holder").is_null());
  EXPECT_TRUE(all.at("leases")[0].at("netnsId").is_null());
  EXPECT_TRUE(all.at("nics")[0].at("cannotLeaseReason").is_null());
  EXPECT_TRUE(all.at("queues")[0].at("reason").is_null());
}

TEST(Json, HasOneTopicWhenAskedForOne) {
  const auto object = json::parse(to_json_text(overview_of(snapshot()), Topic::pods));
  EXPECT_EQ(object.size(), 1U);
  EXPECT_EQ(object.at("pods")[0].at("podName"), "web-0");
  const auto pools = json::parse(to_json_text(overview_of(snapshot()), Topic::pools));
  EXPECT_EQ(pools.size(), 1U);
  EXPECT_EQ(pools.at("pools")[0].at("use"), "memory-provider");
}

TEST(Json, SurvivesNamesThatAreNotUtf8) {
  auto given = snapshot();
  given.attachments[0].network = "\xff";
  EXPECT_NO_THROW(to_json_text(overview_of(given), Topic::all));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
