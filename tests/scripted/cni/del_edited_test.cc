// SPDX-License-Identifier: Apache-2.0
//
// The file was edited between ADD and DEL, or the pod wrote what ADD would refuse: all goes by the record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Edit {
  const char* name;
  json members;
  const char* warning;  // part of the line on standard error; empty: none
};

class DelOfAnEditedFile : public testing::TestWithParam<std::tuple<const char*, Edit>> {
 protected:
  DelOfAnEditedFile() {
    scripted.conf["pairing"] = std::get<0>(GetParam());
    EXPECT_EQ(scripted.call("ADD").status, 0);
    edit.members = std::get<1>(GetParam()).members;
    edit.warning = std::get<1>(GetParam()).warning;
    scripted.conf.merge_patch(edit.members);
  }

  void expect_warning() const {
    if (*edit.warning == '\0') {
      EXPECT_THAT(scripted.machine.warnings, IsEmpty());
    } else {
      EXPECT_THAT(scripted.machine.warnings, Contains(HasSubstr(edit.warning)));
    }
  }

  Scripted scripted;
  Edit edit{};
};

TEST_P(DelOfAnEditedFile, LeavesNothing) {
  const auto outcome = scripted.call("DEL");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_TRUE(scripted.is_clean());
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
  expect_warning();
}

TEST_P(DelOfAnEditedFile, IsNoneForGcEither) {
  if (!edit.members.contains("name")) {  // GC goes by the name
    scripted.conf["cni.dev/valid-attachments"] = json::array();
    scripted.call("GC");
    EXPECT_TRUE(scripted.is_clean());
    expect_warning();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, DelOfAnEditedFile,
    testing::Combine(
        testing::Values("pair", "single"),
        testing::Values(Edit{"NetworkRenamed", {{"name", "other"}}, ""},
                        Edit{"Versionless", {{"cniVersion", nullptr}}, "cniVersion"},
                        Edit{"UnknownKey", {{"isDefaultGateway", true}}, "isDefaultGateway"},
                        Edit{"WrongType", {{"mtu", "9000"}}, "\"mtu\": \"9000\""},
                        Edit{"RuntimeMac", {{"runtimeConfig", {{"mac", "x"}}}}, "runtimeConfig.mac"},
                        Edit{"PodSteering", {{"args", {{"cni", {{"steering", 5}}}}}}, "steering"},
                        Edit{"PairingWrong", {{"pairing", "both"}}, "pairing"},
                        Edit{"BecamePair", {{"pairing", "pair"}}, ""},
                        Edit{"BecameSingle", {{"pairing", "single"}}, ""},
                        Edit{"Renamed", {{"interface", "fast7"}}, ""},
                        Edit{"IpamGone", {{"ipam", nullptr}}, ""},
                        Edit{"IpamWrong", {{"ipam", "fake"}}, "ipam"},
                        Edit{"OtherDevices", {{"devices", json::array({"nic1-rx1"})}}, ""},
                        Edit{"PrevResultWrong", {{"prevResult", 5}}, "prevResult"})),
    [](const auto& instance) {
      return std::get<0>(instance.param) + std::string(std::get<1>(instance.param).name);
    });

// A single behind another plugin, whose interface the file calls differently by now.
TEST(DelOfAChainedSingle, FindsItByTheRecord) {
  Scripted scripted(json{{"pairing", "single"}, {"ipam", nullptr}, {"interface", "fast1"}});
  scripted.conf["prevResult"] = {{"cniVersion", "1.1.0"}};
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@fast1"));
  scripted.conf["interface"] = "fast2";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

// The list's other rxlease plugin will be asked too.
TEST(DelOfAChainedSingle, LeavesThePairOfTheSameListAlone) {
  Scripted scripted(json{{"devices", json::array({"nic0-rx6"})}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  const auto pair = scripted.conf;
  scripted.conf.merge_patch(
      {{"pairing", "single"}, {"ipam", nullptr}, {"devices", json::array({"nic0-rx7"})}});
  scripted.conf["prevResult"] = {
      {"cniVersion", "1.1.0"},
      {"interfaces", json::array({{{"name", "rxq0"}, {"sandbox", "/run/netns/pod"}}})}};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(scripted.call("DEL").status, 0) << i;
    EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0")) << i;
  }
  scripted.conf = pair;
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

TEST(DelOfAnUnchainedPair, LeavesTheChainedSingleOfTheSameListAlone) {
  Scripted scripted(json{{"pairing", "single"}, {"ipam", nullptr}});
  scripted.conf["prevResult"] = {{"cniVersion", "1.1.0"}};
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.conf["pairing"] = "pair";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@rxq0"));
}

class DelOfIpamPlugin : public testing::Test {
 protected:
  json given(std::size_t run) const { return json::parse(scripted.system.commands.at(run).input); }
  Scripted scripted{json{{"ipam", {{"type", "fake-ipam"}, {"dataDir", "/old"}}}}};
};

// A plugin finds its reservations by its configuration and the network's name.
TEST_F(DelOfIpamPlugin, IsGivenTheConfigurationOfTheAdd) {
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.conf["name"] = "other";
  scripted.conf["ipam"]["dataDir"] = "/new";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  ASSERT_EQ(scripted.system.commands.size(), 2U);
  EXPECT_EQ(given(1)["name"], "net");
  EXPECT_EQ(given(1)["ipam"]["dataDir"], "/old");
}

TEST_F(DelOfIpamPlugin, IsGivenTheRuntimesOwnBytesWhereNothingChanged) {
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.conf["prevResult"] = {{"cniVersion", "1.1.0"}};
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_EQ(scripted.system.commands.at(1).input, scripted.conf.dump());
}

// Such as the path of its credentials.
TEST_F(DelOfIpamPlugin, TriesThePresentConfigurationWhenThatOfTheAddFails) {
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.system.answer = [](const kernel::Command& command) {
    const bool old = command.input.find("/old") != std::string::npos;
    return old ? kernel::Completed{1, R"({"code": 999, "msg": "/old is gone"})"} : kernel::Completed{};
  };
  scripted.conf["ipam"]["dataDir"] = "/new";
  scripted.conf["name"] = "other";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  ASSERT_EQ(scripted.system.commands.size(), 3U);
  EXPECT_EQ(given(2)["ipam"]["dataDir"], "/new");
  EXPECT_EQ(given(2)["name"], "net");
  EXPECT_THAT(scripted.machine.warnings,
              ElementsAre(AllOf(HasSubstr("/old is gone"), HasSubstr("container c1, interface eth0"))));
  EXPECT_TRUE(scripted.is_clean());
}

// It may succeed later with what it has.
TEST_F(DelOfIpamPlugin, TriesNoOtherConfigurationWhenThePluginIsOnlyBusy) {
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.system.ipam["DEL"] = {1, R"({"code": 11, "msg": "locked"})"};
  scripted.conf["ipam"]["dataDir"] = "/new";
  EXPECT_EQ(json::parse(scripted.call("DEL").output)["code"], 11);
  EXPECT_EQ(scripted.system.commands.size(), 2U);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
}

// Such an ADD was refused, and the pod has to end.
TEST(DelOfANameThatIsNone, DoesNothing) {
  Scripted scripted;
  scripted.variables["CNI_IFNAME"] = "net%d";
  EXPECT_EQ(json::parse(scripted.call("ADD").output)["code"], 4);
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.steps(), IsEmpty());
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(HasSubstr("CNI_IFNAME: \"net%d\"")));
}

TEST(DelWithoutAStateDirectory, IsRefused) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.conf["stateDirectory"] = "run";
  EXPECT_THAT(scripted.call("DEL").output, HasSubstr("stateDirectory"));
}

TEST(DelOfTwiceTheSameKey, GoesByTheLast) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  auto text = scripted.conf.dump();
  text.insert(1, R"("name": "first", )");
  scripted.text = text;
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

}  // namespace
}  // namespace rxlease::tests
