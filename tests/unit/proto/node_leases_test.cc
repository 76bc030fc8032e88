// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/node.h"

namespace rxlease::proto {
namespace {

using nlohmann::json;
using testing::ElementsAre;

const AddLeaseQuestion wanted{.pod_namespace = "shop",
                              .pod_name = "web-0",
                              .pool = "rxq",
                              .queues = 2,
                              .interface = "rxq1",
                              .steering = {"tcp/5201", "udp/53"}};

TEST(LeaseQuestions, ArriveAsTheyWereAsked) {
  const auto added = std::get<AddLeaseQuestion>(parse_question(to_message(wanted)));
  EXPECT_EQ(added.pod_namespace, "shop");
  EXPECT_EQ(added.pod_name, "web-0");
  EXPECT_EQ(added.pool, "rxq");
  EXPECT_EQ(added.queues, 2U);
  EXPECT_EQ(added.interface, "rxq1");
  EXPECT_THAT(added.steering, ElementsAre("tcp/5201", "udp/53"));
  const auto removed =
      std::get<RemoveLeaseQuestion>(parse_question(to_message(RemoveLeaseQuestion{"shop", "web-0", "rxq1"})));
  EXPECT_EQ(removed.pod_name, "web-0");
  EXPECT_EQ(removed.interface, "rxq1");
}

TEST(LeaseQuestions, OfAnotherFormAreMalformed) {
  const auto is_malformed = [](const char* key, const json& value) {
    auto object = json::parse(to_message(wanted));
    object[key] = value;
    try {
      parse_question(object.dump());
    } catch (const NodeError& error) {
      return error.kind() == NodeError::Kind::malformed;
    }
    return false;
  };
  EXPECT_TRUE(is_malformed("podName", 7));
  EXPECT_TRUE(is_malformed("queues", -1));
  EXPECT_TRUE(is_malformed("queues", 1024));
  EXPECT_TRUE(is_malformed("steering", "tcp/5201"));
  EXPECT_TRUE(is_malformed("steering", json::array({7})));
  EXPECT_TRUE(is_malformed("steering", json(std::vector<std::string>(257, "tcp/1"))));
}

TEST(LeaseAnswer, ArrivesAsItWasGiven) {
  const LeaseAnswer answer{.interface = "rxq1",
                           .leases = {{{"0000:0a:00.0", 6}, 1}, {{"0000:0a:00.0", 7}, 2}}};
  const auto arrived = parse_lease_answer(to_message(answer));
  EXPECT_EQ(arrived.interface, "rxq1");
  ASSERT_THAT(arrived.leases, testing::SizeIs(2));
  EXPECT_EQ(arrived.leases[1].device.to_string(), "0000:0a:00.0-rx7");
  EXPECT_EQ(arrived.leases[1].queue, 2U);
}

TEST(LeaseAnswer, MayBeARefusal) {
  const NodeError refused(NodeError::Kind::refused, "queues: pool rxq has 0 free", "ask for fewer");
  try {
    parse_lease_answer(to_message(refused));
    ADD_FAILURE();
  } catch (const NodeError& error) {
    EXPECT_EQ(error.kind(), NodeError::Kind::refused);
    EXPECT_EQ(error.remedy(), "ask for fewer");
  }
}

}  // namespace
}  // namespace rxlease::proto
