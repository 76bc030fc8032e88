// SPDX-License-Identifier: Apache-2.0
#include "proto/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace rxlease::proto {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using Kind = NodeError::Kind;

const QueuesQuestion question{.pod_namespace = "shop",
                              .pod_name = "web-0",
                              .pod_uid = "9b1d",
                              .container_id = "c1",
                              .network = "fast",
                              .resource = "rxlease.dev/rxq",
                              .queues = 2};

template <typename Parse>
NodeError error_of(Parse parse, const std::string& message) {
  try {
    parse(message);
  } catch (const NodeError& error) {
    return error;
  }
  ADD_FAILURE() << "no error for " << message;
  return {Kind::malformed, "", ""};
}

json without(const std::string& key) {
  auto object = json::parse(to_message(question));
  object.erase(key);
  return object;
}

QueuesQuestion queues_question_in(const std::string& message) {
  return std::get<QueuesQuestion>(parse_question(message));
}

TEST(NodeQuestion, ArrivesAsItWasAsked) {
  const auto arrived = queues_question_in(to_message(question));
  EXPECT_EQ(arrived.describe_pod(), "pod shop/web-0");
  EXPECT_EQ(arrived.pod_uid, "9b1d");
  EXPECT_EQ(arrived.container_id, "c1");
  EXPECT_EQ(arrived.network, "fast");
  EXPECT_EQ(arrived.resource, "rxlease.dev/rxq");
  EXPECT_EQ(arrived.queues, 2U);
  auto all = question;
  all.queues.reset();
  EXPECT_EQ(queues_question_in(to_message(all)).queues, std::nullopt);
}

TEST(NodeQuestion, MayHoldMembersOfALaterRelease) {
  auto object = json::parse(to_message(question));
  object["interface"] = "eth0";
  EXPECT_EQ(queues_question_in(object.dump()).pod_name, "web-0");
}

TEST(NodeQuestion, IsRefusedWithTheMemberThatIsWrong) {
  for (const auto* key :
       {"question", "podNamespace", "podName", "podUid", "containerId", "network", "resource"}) {
    const auto error = error_of(parse_question, without(key).dump());
    EXPECT_EQ(error.kind(), Kind::malformed);
    EXPECT_THAT(error.what(), HasSubstr(key));
  }
  auto object = json::parse(to_message(question));
  object["queues"] = "2";
  EXPECT_THAT(error_of(parse_question, object.dump()).what(), HasSubstr("queues"));
  object = json::parse(to_message(question));
  object["question"] = "weather";
  EXPECT_THAT(error_of(parse_question, object.dump()).what(), HasSubstr("\"weather\""));
}

TEST(NodeQuestion, MayBeAboutTheGuard) {
  const TakeQuestion take{"c1", {{"0000:0a:00.0", 6}, {"0000:0a:00.0", 7}}};
  const auto taken = std::get<TakeQuestion>(parse_question(to_message(take)));
  EXPECT_EQ(taken.container_id, "c1");
  EXPECT_EQ(taken.devices, take.devices);
  const auto release = std::get<ReleaseQuestion>(parse_question(to_message(ReleaseQuestion{"nic0", 60})));
  EXPECT_EQ(release.nic, "nic0");
  EXPECT_EQ(release.seconds, 60U);
  EXPECT_TRUE(std::holds_alternative<GuardQuestion>(parse_question(to_message(GuardQuestion{}))));
}

TEST(NodeQuestion, AboutTheGuardIsRefusedWithTheMemberThatIsWrong) {
  const auto refusal_of = [](const char* text) { return std::string(error_of(parse_question, text).what()); };
  EXPECT_THAT(refusal_of(R"({"version": 1, "question": "take", "containerId": "c1"})"),
              HasSubstr("\"devices\""));
  EXPECT_THAT(refusal_of(R"({"version": 1, "question": "take", "containerId": "c1", "devices": ["x"]})"),
              HasSubstr("\"x\""));
  EXPECT_THAT(refusal_of(R"({"version": 1, "question": "release", "nic": "nic0", "seconds": 3601})"),
              HasSubstr("no count up to 3600 in \"seconds\""));
  EXPECT_THAT(refusal_of(R"({"version": 1, "question": "release", "nic": "nic0", "seconds": -1})"),
              HasSubstr("\"seconds\""));
}

TEST(NodeMessage, MustBeAnObject) {
  for (const auto* text : {"", "[]", "{", "hello\n"}) {
    EXPECT_EQ(error_of(parse_question, text).kind(), Kind::malformed) << text;
    EXPECT_EQ(error_of(parse_answer, text).kind(), Kind::malformed) << text;
  }
}

TEST(NodeMessage, OfAnotherVersionNamesBoth) {
  const auto error = error_of(parse_answer, R"({"version": 2, "devices": []})");
  EXPECT_EQ(error.kind(), Kind::unsupported_version);
  EXPECT_THAT(error.what(), HasSubstr("1 here, 2 on the other side"));
  EXPECT_EQ(error_of(parse_question, R"({"version": "1"})").kind(), Kind::unsupported_version);
}

TEST(NodeAnswer, ArrivesAsItWasGiven) {
  const QueuesAnswer answer{{{"0000:0a:00.0", 6}, {"0000:0a:00.0", 7}}};
  EXPECT_EQ(parse_answer(to_message(answer)).devices, answer.devices);
  EXPECT_TRUE(parse_answer(to_message(QueuesAnswer{})).devices.empty());
}

TEST(NodeAnswer, MayHoldMembersOfALaterRelease) {
  const auto answer = parse_answer(R"({"version": 1, "devices": ["nic0-rx6"], "steering": [], "mtu": 9000})");
  EXPECT_THAT(answer.devices, testing::ElementsAre(kernel::DeviceId{"nic0", 6}));
}

TEST(NodeAnswer, NamesTheNamespaceOfTheGuardsLeases) {
  EXPECT_EQ(parse_guard_answer(to_message(GuardAnswer{7})).netns_id, 7);
  EXPECT_EQ(parse_guard_answer(to_message(GuardAnswer{})).netns_id, std::nullopt);
  EXPECT_EQ(error_of(parse_guard_answer, R"({"version": 1, "devices": []})").kind(), Kind::malformed);
}

TEST(NodeAnswer, HoldsDeviceIdsOnly) {
  EXPECT_THAT(error_of(parse_answer, R"({"version": 1, "devices": ["../x"]})").what(), HasSubstr("../x"));
  EXPECT_EQ(error_of(parse_answer, R"({"version": 1, "devices": 3})").kind(), Kind::malformed);
}

TEST(NodeAnswer, MayBeAnError) {
  for (const auto kind :
       {Kind::unsupported_version, Kind::malformed, Kind::foreign_resource, Kind::try_again_later}) {
    const auto error = error_of(parse_answer, to_message(NodeError(kind, "what is wrong", "what to do")));
    EXPECT_EQ(error.kind(), kind);
    EXPECT_STREQ(error.what(), "what is wrong");
    EXPECT_EQ(error.remedy(), "what to do");
  }
}

TEST(NodeAnswer, OfAnErrorKindThatALaterReleaseBringsMeansTryAgain) {
  const auto error =
      error_of(parse_answer, R"({"version": 1, "error": {"kind": "noLuck", "message": "m", "remedy": "r"}})");
  EXPECT_EQ(error.kind(), Kind::try_again_later);
}

// The largest pod: as many queues as a netkit takes, with names as long as PCI's.
TEST(NodeAnswer, OfTheMostQueuesFitsIntoAMessage) {
  QueuesAnswer answer;
  for (std::uint32_t queue = 0; queue < 1023; ++queue)
    answer.devices.push_back({"0000:0a:00.0.p0.d1", 10000 + queue});
  EXPECT_LT(to_message(answer).size(), largest_node_message);
}

}  // namespace
}  // namespace rxlease::proto
