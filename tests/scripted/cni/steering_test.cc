// SPDX-License-Identifier: Apache-2.0
//
// How an ADD brings a pod's flows to its queues.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "attachment/record/attachment_store.h"
#include "kernel/ethtool/flow_rules.h"
#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using kernel::FlowRules;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const json tcp_5201{{"protocol", "tcp"}, {"dstPort", 5201}};
const json one_queue{{"devices", {"nic0-rx7"}}, {"steering", {tcp_5201}}};
const json two_queues{{"steering", {tcp_5201}}};

class Steered : public testing::Test {
 protected:
  // The rules of the NIC, in ethtool's words.
  static std::vector<std::string> rules(Scripted& scripted) {
    std::vector<std::string> lines;
    for (const auto& [location, rule] : FlowRules(scripted.machine.host_netns, "enp1s0").list()) {
      lines.push_back(std::to_string(location) + ": " + rule.match.to_string() + " to " +
                      rule.target.to_string());
    }
    return lines;
  }

  static json refusal(Scripted& scripted) {
    const auto outcome = scripted.call("ADD");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(scripted.files("attachments"), IsEmpty());
    return json::parse(outcome.output);
  }
  static void expect_refusal(const json& error, unsigned code, const std::vector<std::string>& message,
                             const std::vector<std::string>& details) {
    EXPECT_EQ(error.at("code"), code) << error;
    for (const auto& part : message) EXPECT_THAT(error.at("msg").get<std::string>(), HasSubstr(part));
    for (const auto& part : details) EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr(part));
  }
};

TEST_F(Steered, GoesToTheOnlyQueueByItsOwnNumber) {
  Scripted scripted(one_queue);
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), ElementsAre("0: tcp4 dst-ip 10.22.0.5 dst-port 5201 to queue 7",
                                           "1: tcp6 dst-ip fd00::5 dst-port 5201 to queue 7"));
  EXPECT_THAT(scripted.machine.host_netns.nic.contexts, SizeIs(1));
}

TEST_F(Steered, GoesToSeveralQueuesByAnRssContext) {
  Scripted scripted(two_queues);
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), ElementsAre("0: tcp4 dst-ip 10.22.0.5 dst-port 5201 to RSS context 1",
                                           "1: tcp6 dst-ip fd00::5 dst-port 5201 to RSS context 1"));
  EXPECT_EQ(scripted.machine.host_netns.nic.contexts.at(1), kernel::Rss::spread({6, 7}, 8));
}

TEST_F(Steered, LeavesTheContextsOfOthersAlone) {
  Scripted scripted(two_queues);
  auto& contexts = scripted.machine.host_netns.nic.contexts;
  contexts[1] = contexts[3] = kernel::Rss::spread({1}, 8);
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_EQ(contexts.at(2), kernel::Rss::spread({6, 7}, 8));
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(contexts, SizeIs(3));
}

TEST_F(Steered, IsNothingUnlessItIsNamed) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), IsEmpty());
  const auto record = attachment::AttachmentStore(scripted.path("")).find("c1", "eth0");
  EXPECT_FALSE(record->steering);
}

TEST_F(Steered, IsRecordedWithItsPlaces) {
  Scripted scripted(two_queues);
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const auto steering = attachment::AttachmentStore(scripted.path("")).find("c1", "eth0")->steering;
  ASSERT_TRUE(steering);
  EXPECT_EQ(steering->nic, "nic0");
  EXPECT_EQ(steering->ifindex, 2U);
  EXPECT_EQ(steering->target.rss_context, 1U);
  ASSERT_THAT(steering->flows, SizeIs(2));
  EXPECT_EQ(steering->flows[1].location, 1U);
}

TEST_F(Steered, IsWhatThePodAsksForInPlaceOfTheNetworks) {
  Scripted scripted(one_queue);
  scripted.variables["CNI_ARGS"] = "RXLEASE_STEERING=udp/53@10.0.0.0/8";
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted),
              ElementsAre("0: udp4 dst-ip 10.22.0.5 dst-port 53 src-ip 10.0.0.0/8 to queue 7"));
  ASSERT_EQ(scripted.call("DEL").status, 0);
  scripted.conf["args"] = {
      {"cni", {{"steering", {{{"protocol", "tcp"}, {"dstPort", 80}, {"srcPrefix", "::/0"}}}}}}};
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), ElementsAre("0: tcp6 dst-ip fd00::5 dst-port 80 to queue 7"));
  ASSERT_EQ(scripted.call("DEL").status, 0);
  scripted.conf["args"]["cni"]["steering"] = json::array();
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), IsEmpty());
}

TEST_F(Steered, BehindAnotherPluginGoesToTheAddressesOfThatOne) {
  Scripted scripted(one_queue);
  scripted.conf.merge_patch({{"pairing", "single"},
                             {"ipam", nullptr},
                             {"prevResult",
                              {{"cniVersion", "1.1.0"},
                               {"interfaces", {{{"name", "eth0"}, {"sandbox", "/run/netns/pod"}}}},
                               {"ips", {{{"address", "192.0.2.7/24"}, {"interface", 0}}}}}}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), ElementsAre("0: tcp4 dst-ip 192.0.2.7 dst-port 5201 to queue 7"));
}

TEST_F(Steered, TakesARuleAPortWhereTheDriverTakesNoRanges) {
  Scripted scripted(
      json{{"devices", {"nic0-rx7"}},
           {"steering", {{{"protocol", "tcp"}, {"dstPort", "6000-6002"}, {"srcPrefix", "::/0"}}}}});
  scripted.machine.host_netns.nic.takes_port_masks = false;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), ElementsAre("0: tcp6 dst-ip fd00::5 dst-port 6000 to queue 7",
                                           "1: tcp6 dst-ip fd00::5 dst-port 6001 to queue 7",
                                           "2: tcp6 dst-ip fd00::5 dst-port 6002 to queue 7"));
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(rules(scripted), IsEmpty());
}

TEST_F(Steered, HasABoundWhereTheDriverTakesNoRanges) {
  Scripted scripted(one_queue);
  scripted.conf["steering"][0]["dstPort"] = "1024-2047";
  scripted.machine.host_netns.nic.takes_port_masks = false;
  expect_refusal(refusal(scripted), 7, {"enp1s0 takes no ranges", "dst-port 1024-2047"}, {"at most 256"});
  EXPECT_THAT(rules(scripted), IsEmpty());
}

TEST_F(Steered, TakesAFreePlaceWhereTheDriverDoesNotChoose) {
  Scripted scripted(one_queue);
  auto& nic = scripted.machine.host_netns.nic;
  nic.chooses_locations = false;
  nic.rules[0].fs.location = 0;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), ElementsAre("1: tcp4 dst-ip 10.22.0.5 dst-port 5201 to queue 7",
                                           "2: tcp6 dst-ip fd00::5 dst-port 5201 to queue 7"));
}

TEST_F(Steered, NeedsANicWithFlowRules) {
  Scripted scripted(one_queue);
  scripted.machine.host_netns.nic.has_rules = false;
  expect_refusal(refusal(scripted), 7, {"steering", "enp1s0 has no flow rules"}, {"leave \"steering\" out"});
  EXPECT_THAT(scripted.steps(), ElementsAre("host getfamily", "host ETHTOOL_GRXCLSRLCNT"));
  EXPECT_EQ(scripted.call("STATUS").status, 0);  // a pod may steer nothing
}

TEST_F(Steered, GoesToSeveralQueuesWithoutContextsByTheSourcePort) {
  Scripted scripted(two_queues);
  scripted.machine.host_netns.nic.has_contexts = false;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted),
              ElementsAre("0: tcp4 dst-ip 10.22.0.5 dst-port 5201 src-port 0 m 65533 to queue 6",
                          "1: tcp4 dst-ip 10.22.0.5 dst-port 5201 src-port 2 m 65533 to queue 7",
                          "2: tcp6 dst-ip fd00::5 dst-port 5201 src-port 0 m 65533 to queue 6",
                          "3: tcp6 dst-ip fd00::5 dst-port 5201 src-port 2 m 65533 to queue 7"));
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(rules(scripted), IsEmpty());
}

TEST_F(Steered, WithoutContextsIsUndoneIfTheDriverTakesNoBitsOfTheSourcePort) {
  Scripted scripted(two_queues);
  scripted.machine.host_netns.nic.has_contexts = false;
  scripted.machine.host_netns.nic.takes_src_port_masks = false;
  expect_refusal(refusal(scripted), 7, {"steering", "enp1s0 has no RSS contexts", "bits of the source port"},
                 {"\"queues\": 1"});
  EXPECT_EQ(scripted.call("STATUS").status, 0);  // a pod may steer nothing
}

TEST_F(Steered, NeedsAnAddress) {
  Scripted scripted(one_queue);
  scripted.conf.erase("ipam");
  expect_refusal(refusal(scripted), 7, {"steering", "no address"}, {"ipam"});
  EXPECT_THAT(scripted.steps(), ElementsAre("host getfamily"));
}

TEST_F(Steered, NeedsAnAddressOfTheFamilyThatASourceIsOf) {
  Scripted scripted(one_queue);
  scripted.conf["steering"][0]["srcPrefix"] = "fd00::/8";
  scripted.system.ipam["ADD"] = {0, R"({"cniVersion": "1.1.0", "ips": [{"address": "10.22.0.5/16"}]})"};
  expect_refusal(refusal(scripted), 7, {"\"srcPrefix\" fd00::/8 is IPv6"}, {"other family"});
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
  EXPECT_THAT(scripted.steps(), testing::Not(testing::Contains("host newlink")));
}

TEST_F(Steered, NeedsQueuesWhereThePodItselfAsks) {
  Scripted scripted(json{{"devices", nullptr}, {"optional", true}, {"steering", {tcp_5201}}});
  ASSERT_EQ(scripted.call("ADD").status, 0) << "the network's flows are for pods with queues";
  ASSERT_EQ(scripted.call("DEL").status, 0);
  scripted.variables["CNI_ARGS"] = "RXLEASE_STEERING=tcp/5201";
  expect_refusal(refusal(scripted), 7, {"steering", "the pod has no queues"}, {"resources.limits"});
}

TEST_F(Steered, IsRefusedWhereAnotherPodHasTheFlow) {
  Scripted scripted(one_queue);
  scripted.variables["CNI_ARGS"] = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0";
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const auto held = rules(scripted);
  const auto before = scripted.steps().size();
  scripted.variables.erase("CNI_ARGS");
  scripted.variables["CNI_CONTAINERID"] = "c2";
  scripted.variables["CNI_IFNAME"] = "eth1";
  scripted.conf["devices"] = {"nic0-rx6"};
  const auto outcome = scripted.call("ADD");
  expect_refusal(json::parse(outcome.output), 11,
                 {"tcp4 dst-ip 10.22.0.5 dst-port 5201 goes to queue 7 of enp1s0 already", "location 0",
                  "shop/web-0 (container c1, interface eth0)"},
                 {"another address"});
  EXPECT_EQ(rules(scripted), held);
  const std::vector<std::string> steps(scripted.steps().begin() + static_cast<long>(before),
                                       scripted.steps().end());
  EXPECT_THAT(steps, testing::Not(testing::Contains("host newlink"))) << "it is seen before";
}

TEST_F(Steered, IsRefusedWhereSomebodyUnknownHasTheFlow) {
  Scripted scripted(one_queue);
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const auto foreign = scripted.machine.host_netns.nic.rules;
  ASSERT_EQ(scripted.call("DEL").status, 0);
  scripted.machine.host_netns.nic.rules = foreign;
  expect_refusal(refusal(scripted), 11, {"somebody unknown to rxlease"}, {"ethtool -N enp1s0 delete 0"});
  EXPECT_THAT(scripted.machine.host_netns.nic.rules, SizeIs(2));
}

TEST_F(Steered, EveryAnswerToARuleHasItsCode) {
  const std::map<int, unsigned> code_of{{ENOSPC, 11}, {EEXIST, 11}, {EINVAL, 7}, {EOPNOTSUPP, 7},
                                        {ENODEV, 11}, {EPERM, 100}, {EIO, 100}};
  for (const auto& [answer, code] : code_of) {
    Scripted scripted(one_queue);
    scripted.machine.journal.on_step = [&, answer = answer](const std::string& step) {
      if (step == "host ETHTOOL_SRXCLSRLINS") scripted.machine.journal.fail(scripted.steps().size(), answer);
    };
    const auto error = refusal(scripted);
    expect_refusal(error, code, {"tcp4 dst-ip 10.22.0.5 dst-port 5201", "enp1s0", strerrorname_np(answer)},
                   {});
    EXPECT_FALSE(error.at("details").get<std::string>().empty());
  }
}

TEST_F(Steered, SaysThatTheTableIsFull) {
  Scripted scripted(one_queue);
  scripted.machine.host_netns.nic.chooses_locations = false;
  scripted.machine.host_netns.nic.size = 1;
  expect_refusal(refusal(scripted), 11, {"flow rule tcp6", "all 1 locations"}, {"table is full"});
  EXPECT_THAT(rules(scripted), IsEmpty());
}

}  // namespace
}  // namespace rxlease::tests
