// SPDX-License-Identifier: Apache-2.0
//
// A single netkit without addresses: its flows name their destination.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "attachment/record/attachment_store.h"
#include "kernel/ethtool/flow_rules.h"
#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const json to_a_mac{{"dstMac", "02:00:00:00:00:07"}, {"vlan", 100}};

json single(const json& flows, const json& devices = {"nic0-rx7"}) {
  return {{"pairing", "single"}, {"ipam", nullptr}, {"devices", devices}, {"steering", flows}};
}

class SteeredByDestination : public testing::Test {
 protected:
  static std::vector<std::string> rules(Scripted& scripted) {
    std::vector<std::string> lines;
    for (const auto& [location, rule] : kernel::FlowRules(scripted.machine.host_netns, "enp1s0").list()) {
      lines.push_back(rule.match.to_string() + " to " + rule.target.to_string());
    }
    return lines;
  }
};

TEST_F(SteeredByDestination, NeedsNoIpam) {
  Scripted scripted(single({to_a_mac, {{"dstPrefix", "10.9.0.0/16"}}, {{"vlan", 7}, {"protocol", "udp"}}}));
  ASSERT_EQ(scripted.call("ADD").status, 0) << scripted.steps().back();
  EXPECT_THAT(rules(scripted), ElementsAre("ether dst 02:00:00:00:00:07 vlan 100 to queue 7",
                                           "ip4 dst-ip 10.9.0.0/16 to queue 7", "udp4 vlan 7 to queue 7",
                                           "udp6 vlan 7 to queue 7"));
  EXPECT_EQ(scripted.call("CHECK").status, 1) << "CHECK needs a prevResult";
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(rules(scripted), IsEmpty());
}

TEST_F(SteeredByDestination, GoesToSeveralQueuesByAnRssContext) {
  Scripted scripted(single(json::array({to_a_mac}), {"nic0-rx6", "nic0-rx7"}));
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(rules(scripted), ElementsAre("ether dst 02:00:00:00:00:07 vlan 100 to RSS context 1"));
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(rules(scripted), IsEmpty());
}

TEST_F(SteeredByDestination, IsFoundAgainByTheRecord) {
  Scripted scripted(single(json::array({to_a_mac})));
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const attachment::AttachmentStore store(scripted.path(""));
  auto record = *store.find("c1", "eth0");
  record.steering->flows.at(0).location.reset();
  store.update(record);
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(rules(scripted), IsEmpty());
}

TEST_F(SteeredByDestination, IsRefusedWhereAnotherPodHasIt) {
  Scripted scripted(single(json::array({to_a_mac})));
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.variables["CNI_CONTAINERID"] = "c2";
  scripted.variables["CNI_IFNAME"] = "eth1";
  scripted.conf["devices"] = {"nic0-rx6"};
  const auto error = json::parse(scripted.call("ADD").output);
  EXPECT_EQ(error.at("code"), 11);
  EXPECT_THAT(error.at("msg").get<std::string>(),
              testing::AllOf(HasSubstr("ether dst 02:00:00:00:00:07 vlan 100 goes to queue 7"),
                             HasSubstr("container c1, interface eth0")));
  EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr("another destination"));
  EXPECT_EQ(rules(scripted).size(), 1U);
}

// There is nothing to take apart in a rule for every port.
TEST_F(SteeredByDestination, SaysThatTheNicCannotMatchIt) {
  for (const auto& flow : {to_a_mac, json{{"vlan", 7}, {"protocol", "udp"}}}) {
    Scripted scripted(single(json::array({flow})));
    scripted.machine.journal.on_step = [&](const std::string& step) {
      if (step == "host ETHTOOL_SRXCLSRLINS")
        scripted.machine.journal.fail(scripted.steps().size(), EOPNOTSUPP);
    };
    const auto error = json::parse(scripted.call("ADD").output);
    EXPECT_EQ(error.at("code"), 7) << error;
    EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr("what this NIC cannot match"));
    EXPECT_THAT(scripted.files("attachments"), IsEmpty());
  }
}

}  // namespace
}  // namespace rxlease::tests
