// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a pod's flow rules and its RSS context when ADD fails, and when the pod ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "attachment/record/attachment_store.h"
#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const json two_flows{{{"protocol", "tcp"}, {"dstPort", 5201}},
                     {{"protocol", "udp"}, {"dstPort", "6000-6003"}}};

class Unsteered : public testing::TestWithParam<json> {
 protected:
  static json conf() { return {{"devices", GetParam()}, {"steering", two_flows}}; }
  static FakeNic& nic(Scripted& scripted) { return scripted.machine.host_netns.nic; }

  static void expect_nothing_left(Scripted& scripted) {
    EXPECT_THAT(nic(scripted).rules, IsEmpty());
    EXPECT_THAT(nic(scripted).contexts, SizeIs(1));
    EXPECT_THAT(scripted.machine.host_netns.links, IsEmpty());
    EXPECT_THAT(scripted.machine.pod_netns.links, IsEmpty());
    EXPECT_THAT(scripted.files("attachments"), IsEmpty());
    EXPECT_THAT(scripted.files("devices"), IsEmpty());
  }

  // Of these steps those that take something away, each once where it comes several times in turn.
  static std::vector<std::string> removals(const std::vector<std::string>& steps, std::size_t from) {
    std::vector<std::string> removals;
    for (std::size_t i = from; i < steps.size(); ++i) {
      for (const auto* what : {"ETHTOOL_SRXCLSRLDEL", "rss-delete-act", "dellink", "ipam DEL"}) {
        if (!steps[i].ends_with(what)) continue;
        if (removals.empty() || removals.back() != what) removals.emplace_back(what);
      }
    }
    return removals;
  }
};

TEST_P(Unsteered, WhicheverStepOfAddFails) {
  Scripted whole(conf());
  ASSERT_EQ(whole.call("ADD").status, 0);
  const auto steps = whole.steps();
  ASSERT_GT(steps.size(), 40U);
  for (std::size_t index = 0; index < steps.size(); ++index) {
    SCOPED_TRACE("step " + std::to_string(index) + ": " + steps[index]);
    Scripted scripted(conf());
    scripted.machine.journal.fail(index, EIO);
    EXPECT_EQ(scripted.call("ADD").status, 1);
    EXPECT_THAT(scripted.machine.warnings, IsEmpty());
    expect_nothing_left(scripted);
  }
}

TEST_P(Unsteered, InOrder) {
  Scripted whole(conf());
  ASSERT_EQ(whole.call("ADD").status, 0);
  const auto added = whole.steps().size();
  Scripted scripted(conf());
  scripted.machine.journal.fail(added - 1, EIO);
  ASSERT_EQ(scripted.call("ADD").status, 1);
  auto expected = std::vector<std::string>{"ETHTOOL_SRXCLSRLDEL", "rss-delete-act", "dellink", "ipam DEL"};
  if (GetParam().size() == 1) expected.erase(expected.begin() + 1);
  EXPECT_EQ(removals(scripted.steps(), added), expected);
  ASSERT_EQ(whole.call("DEL").status, 0);
  EXPECT_EQ(removals(whole.steps(), added), expected);
}

TEST_P(Unsteered, ByTheNextDelWhicheverStepOfDelFails) {
  Scripted whole(conf());
  ASSERT_EQ(whole.call("ADD").status, 0);
  const auto add_steps = whole.steps().size();
  ASSERT_EQ(whole.call("DEL").status, 0);
  for (std::size_t index = add_steps; index < whole.steps().size(); ++index) {
    SCOPED_TRACE(whole.steps()[index]);
    Scripted scripted(conf());
    scripted.machine.journal.fail(index, EIO);
    ASSERT_EQ(scripted.call("ADD").status, 0);
    EXPECT_EQ(scripted.call("DEL").status, 1);
    EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
    EXPECT_EQ(scripted.call("DEL").status, 0);
    expect_nothing_left(scripted);
  }
}

TEST_P(Unsteered, ByGc) {
  Scripted scripted(conf());
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.conf["cni.dev/valid-attachments"] = json::array();
  ASSERT_EQ(scripted.call("GC").status, 0);
  expect_nothing_left(scripted);
}

TEST_P(Unsteered, ThoughTheRecordKnowsNoPlace) {
  Scripted scripted(conf());
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const attachment::AttachmentStore store(scripted.path(""));
  auto record = *store.find("c1", "eth0");
  for (auto& flow : record.steering->flows) flow.location.reset();
  store.update(record);
  ASSERT_EQ(scripted.call("DEL").status, 0);
  expect_nothing_left(scripted);
}

TEST_P(Unsteered, ThoughItIsGoneAlready) {
  Scripted scripted(conf());
  ASSERT_EQ(scripted.call("ADD").status, 0);
  nic(scripted).rules.clear();
  nic(scripted).contexts.erase(1);
  ASSERT_EQ(scripted.call("DEL").status, 0);
  expect_nothing_left(scripted);
}

TEST_P(Unsteered, ThoughTheDriverHasNoRulesAnyMore) {
  Scripted scripted(conf());
  ASSERT_EQ(scripted.call("ADD").status, 0);
  nic(scripted).rules.clear();
  nic(scripted).has_rules = false;
  ASSERT_EQ(scripted.call("DEL").status, 0);
  expect_nothing_left(scripted);
}

TEST_P(Unsteered, ButNotWhatSomebodyPutInItsPlace) {
  Scripted scripted(conf());
  ASSERT_EQ(scripted.call("ADD").status, 0);
  auto& others = nic(scripted).rules;
  others.at(0).fs.h_u.tcp_ip4_spec.pdst = 1;  // other packets
  others.at(1).fs.ring_cookie = 1;            // to another queue
  others.at(1).fs.flow_type &= ~std::uint32_t{FLOW_RSS};
  others[9] = others.at(2);  // one of ours, at a place that is not
  others.at(9).fs.location = 9;
  others.at(9).fs.flow_type &= ~std::uint32_t{FLOW_RSS};
  others.at(0).fs.flow_type &= ~std::uint32_t{FLOW_RSS};
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(others.contains(0));
  EXPECT_TRUE(others.contains(1));
  EXPECT_TRUE(others.contains(9));
  EXPECT_THAT(others, SizeIs(3));
}

TEST_P(Unsteered, ButNotOnANicThatCameLater) {
  Scripted scripted(conf());
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const attachment::AttachmentStore store(scripted.path(""));
  auto record = *store.find("c1", "eth0");
  record.steering->ifindex = 99;
  store.update(record);
  const auto rules = nic(scripted).rules.size();
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(nic(scripted).rules, SizeIs(rules));
}

INSTANTIATE_TEST_SUITE_P(Queues, Unsteered, testing::Values(json{"nic0-rx7"}, json{"nic0-rx6", "nic0-rx7"}),
                         [](const auto& instance) { return instance.param.size() == 1 ? "One" : "Two"; });

class UnsteeredContext : public Unsteered {};

TEST_F(UnsteeredContext, StaysWhereItSpreadsOverQueuesOfOthers) {
  Scripted scripted(json{{"steering", two_flows}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  nic(scripted).contexts.at(1) = kernel::Rss::spread({5, 6, 7}, 8);
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(nic(scripted).contexts.contains(1));
}

TEST_F(UnsteeredContext, StaysWhileARuleOfSomebodyElseUsesIt) {
  Scripted scripted(json{{"steering", two_flows}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  auto& rules = nic(scripted).rules;
  rules[9] = rules.at(0);
  rules.at(9).fs.location = 9;
  rules.at(9).fs.h_u.tcp_ip4_spec.pdst = 1;
  const auto error = json::parse(scripted.call("DEL").output);
  EXPECT_EQ(error.at("code"), 11);
  EXPECT_THAT(error.at("msg").get<std::string>(),
              HasSubstr("RSS context 1 of enp1s0 is used by a flow rule"));
  EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr("ethtool -n enp1s0"));
  EXPECT_THAT(rules, SizeIs(1));
  rules.clear();
  ASSERT_EQ(scripted.call("DEL").status, 0);
  expect_nothing_left(scripted);
}

}  // namespace
}  // namespace rxlease::tests
