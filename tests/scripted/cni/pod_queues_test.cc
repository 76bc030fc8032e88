// SPDX-License-Identifier: Apache-2.0
//
// Which of a pod's queues an ADD leases, where only the node daemon knows them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "attachment/record/attachment_store.h"
#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Ids = std::vector<std::string>;

class OfDaemon : public testing::Test {
 protected:
  static json asking(const json& extra) {
    json members{{"devices", nullptr}};
    members.update(extra);
    return members;
  }

  explicit OfDaemon(const json& extra = json::object()) : scripted(asking(extra)) {
    scripted.variables["CNI_ARGS"] = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0";
  }

  // The attachment of `interface` with `members` in the configuration besides; null takes one out.
  cni::Outcome add(const std::string& interface = "eth0", const json& members = json::object()) {
    scripted.variables["CNI_IFNAME"] = interface;
    const auto plain = scripted.conf;
    scripted.conf.merge_patch(members);
    auto outcome = scripted.call("ADD");
    scripted.conf = plain;
    return outcome;
  }

  // Of an attachment that must have come about.
  Ids leased(const std::string& interface = "eth0", const json& members = json::object()) {
    const auto outcome = add(interface, members);
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    return held(interface);
  }

  Ids held(const std::string& interface, const std::string& container = "c1") const {
    const auto record = store().find(container, interface);
    Ids ids;
    if (record) {
      for (const auto& device : record->devices) ids.push_back(device.id.to_string());
    }
    return ids;
  }

  static void expect_error(const cni::Outcome& outcome, int code, const Ids& message,
                           const Ids& details = {}) {
    ASSERT_EQ(outcome.status, 1) << outcome.output;
    const auto error = json::parse(outcome.output);
    EXPECT_EQ(error.at("code"), code) << error;
    for (const auto& part : message) EXPECT_THAT(error.at("msg").get<std::string>(), HasSubstr(part));
    for (const auto& part : details) EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr(part));
  }

  // Whether an ADD holds the store's lock.
  bool is_locked() const {
    const kernel::Fd directory(open(scripted.path("attachments").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_TRUE(directory);
    return flock(directory.get(), LOCK_EX | LOCK_NB) != 0;
  }

  attachment::AttachmentStore store() const { return attachment::AttachmentStore(scripted.path("")); }

  Scripted scripted;
};

const json chained{{"pairing", "single"}, {"prevResult", {{"cniVersion", "1.1.0"}}}};

TEST_F(OfDaemon, QueuesAreLeasedInTheirOwnOrder) {
  scripted.system.daemon = {"nic0-rx2", "nic0-rx9", "nic0-rx10"};
  EXPECT_THAT(leased(), ElementsAre("nic0-rx2", "nic0-rx9", "nic0-rx10"));
  EXPECT_EQ(scripted.machine.pod_netns.leases, 3U);
  EXPECT_THAT(scripted.files("devices"), SizeIs(3));
}

TEST_F(OfDaemon, QueuesAreAskedForByPodAndResource) {
  scripted.system.daemon = {"nic0-rx6"};
  leased();
  ASSERT_THAT(scripted.system.questions, SizeIs(1));
  EXPECT_EQ(scripted.system.questions[0].describe_pod(), "pod shop/web-0");
  EXPECT_EQ(scripted.system.questions[0].resource, "rxlease.dev/rxq");
  EXPECT_EQ(scripted.system.questions[0].container_id, "c1");
  EXPECT_EQ(scripted.system.questions[0].queues, std::nullopt);
  expect_error(add("net1", {{"resource", "example.com/fast"}}), 7, {"example.com/fast"});
  EXPECT_EQ(scripted.system.questions[1].resource, "example.com/fast");
}

TEST_F(OfDaemon, NothingIsAskedWhereTheConfigurationNamesQueues) {
  EXPECT_THAT(leased("eth0", {{"devices", {"nic0-rx6"}}}), ElementsAre("nic0-rx6"));
  EXPECT_THAT(leased("net1", {{"deviceID", "nic0-rx7"}}), ElementsAre("nic0-rx7"));
  EXPECT_THAT(scripted.system.questions, IsEmpty());
}

TEST_F(OfDaemon, NothingIsAskedByDelCheckGcAndStatus) {
  scripted.system.daemon = {"nic0-rx6"};
  leased();
  scripted.system.daemon.reset();
  const auto plain = scripted.conf;
  scripted.conf["prevResult"] = {{"cniVersion", "1.1.0"}};
  scripted.call("CHECK");
  scripted.conf = plain;
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(held("eth0"), IsEmpty());
  scripted.conf["cni.dev/valid-attachments"] = json::array();
  EXPECT_EQ(scripted.call("GC").status, 0);
  scripted.call("STATUS");
  EXPECT_THAT(scripted.system.questions, SizeIs(1));
}

TEST_F(OfDaemon, NoneIsAnErrorThatNamesResourceAnnotationAndPod) {
  scripted.system.daemon = Ids{};
  expect_error(add(), 7, {"pod shop/web-0", "rxlease.dev/rxq"},
               {"resources.limits", "k8s.v1.cni.cncf.io/resourceName", "devices", "optional"});
  EXPECT_THAT(scripted.steps(), IsEmpty());
  EXPECT_THAT(scripted.files("attachments"), IsEmpty());
}

TEST_F(OfDaemon, NoneIsAPlainPairWhenTheyAreOptional) {
  scripted.system.daemon = Ids{};
  EXPECT_THAT(leased("eth0", {{"optional", true}}), IsEmpty());
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
}

TEST_F(OfDaemon, NonePassesThroughBehindAnotherPlugin) {
  scripted.system.daemon = Ids{};
  const auto outcome = add("eth0", chained);
  EXPECT_EQ(json::parse(outcome.output), chained["prevResult"]);
  EXPECT_THAT(scripted.files("attachments"), IsEmpty());
}

TEST_F(OfDaemon, SomeAreLeasedBehindAnotherPlugin) {
  scripted.system.daemon = {"nic0-rx6"};
  EXPECT_EQ(add("eth0", chained).status, 0);
  EXPECT_THAT(held("rxq0"), ElementsAre("nic0-rx6"));
}

TEST_F(OfDaemon, QueuesOfTwoNicsTakeTwoAttachments) {
  scripted.system.daemon = {"nic0-rx6", "nic1-rx2", "nic1-rx3"};
  expect_error(add(), 7, {"pod shop/web-0", "2 NICs", "1 of nic0", "2 of nic1"},
               {"two NICs take two attachments", "queues"});
  EXPECT_THAT(leased("eth0", {{"queues", 2}}), ElementsAre("nic1-rx2", "nic1-rx3"));
  EXPECT_THAT(leased("net1"), ElementsAre("nic0-rx6"));
}

TEST_F(OfDaemon, TheNicWithTheFewestThatSufficeGivesItsLowest) {
  scripted.system.daemon = {"nic0-rx1", "nic0-rx2", "nic0-rx3", "nic1-rx9", "nic1-rx11"};
  EXPECT_THAT(leased("eth0", {{"queues", 1}}), ElementsAre("nic1-rx9"));
  EXPECT_THAT(leased("net1", {{"queues", 3}}), ElementsAre("nic0-rx1", "nic0-rx2", "nic0-rx3"));
  EXPECT_THAT(leased("net2", {{"queues", 1}}), ElementsAre("nic1-rx11"));
}

TEST_F(OfDaemon, MoreThanTheNicsHaveLeftIsAnErrorThatCounts) {
  scripted.system.daemon = {"nic0-rx1", "nic0-rx2", "nic1-rx1"};
  expect_error(add("eth0", {{"queues", 3}}), 7, {"\"queues\": 3", "pod shop/web-0", "2 of nic0, 1 of nic1"},
               {"resources.limits"});
}

TEST_F(OfDaemon, MoreThanANetkitTakesIsAnError) {
  Ids ids;
  for (int queue = 1; queue <= 1024; ++queue) ids.push_back("nic0-rx" + std::to_string(queue));
  scripted.system.daemon = ids;
  expect_error(add(), 7, {"1024 queues"}, {"1023", "queues"});
  EXPECT_THAT(leased("eth0", {{"queues", 2}}), ElementsAre("nic0-rx1", "nic0-rx2"));
}

TEST_F(OfDaemon, AnAttachmentThatTakesAllLeavesNone) {
  scripted.system.daemon = {"nic0-rx6", "nic0-rx7"};
  leased();
  expect_error(add("net1"), 7, {"pod shop/web-0", "left", "hold all 2"}, {"queues", "resources.limits"});
  EXPECT_THAT(leased("net2", {{"optional", true}}), IsEmpty());
  EXPECT_EQ(json::parse(add("net3", chained).output), chained["prevResult"]);
}

TEST_F(OfDaemon, WhatAnAttachmentGivesBackTheNextOneGets) {
  scripted.system.daemon = {"nic0-rx6", "nic0-rx7"};
  EXPECT_THAT(leased("eth0", {{"queues", 1}}), ElementsAre("nic0-rx6"));
  EXPECT_THAT(leased("net1"), ElementsAre("nic0-rx7"));
  scripted.variables["CNI_IFNAME"] = "eth0";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(leased("net2"), ElementsAre("nic0-rx6"));
}

TEST_F(OfDaemon, WhatConfiguredAttachmentsHoldIsNotSharedOut) {
  scripted.system.daemon = {"nic0-rx6", "nic0-rx7"};
  leased("net1", {{"deviceID", "nic0-rx6"}});
  EXPECT_THAT(leased(), ElementsAre("nic0-rx7"));
}

TEST_F(OfDaemon, WhatADeadSandboxOfThePodHeldIsThePodsAgain) {
  scripted.system.daemon = {"nic0-rx6", "nic0-rx7"};
  leased();
  scripted.machine.pod_netns.links.clear();
  scripted.variables["CNI_CONTAINERID"] = "c2";
  ASSERT_EQ(add().status, 0);
  EXPECT_THAT(held("eth0", "c2"), ElementsAre("nic0-rx6", "nic0-rx7"));
}

TEST_F(OfDaemon, ASecondAddOfOneInterfaceIsRefusedAsSuch) {
  scripted.system.daemon = {"nic0-rx6", "nic0-rx7"};
  leased();
  scripted.machine.pod_netns.links.clear();
  expect_error(add(), 4, {"attached already"});
}

TEST_F(OfDaemon, AClaimIsHeldUntilTheRecordNamesTheQueues) {
  scripted.system.daemon = {"nic0-rx6", "nic0-rx7"};
  bool claimed = false;
  scripted.machine.journal.on_step = [&](const std::string& step) {
    claimed = claimed || is_locked();
    EXPECT_NE(is_locked(), scripted.files("attachments").size() == 1) << step;
  };
  leased();
  EXPECT_TRUE(claimed);
}

TEST_F(OfDaemon, AFailedAddGivesUpItsClaim) {
  scripted.system.daemon = {"nic9-rx6"};
  expect_error(add(), 7, {"no NIC nic9"});
  scripted.system.daemon = {"nic0-rx6"};
  EXPECT_FALSE(is_locked());
  EXPECT_THAT(leased(), ElementsAre("nic0-rx6"));
}

TEST_F(OfDaemon, AMissingDaemonStopsEveryPodThatMayHaveBeenPromisedQueues) {
  const auto socket = scripted.path("node.sock");
  expect_error(add(), 11, {socket});
  expect_error(add("eth0", {{"optional", true}}), 11, {socket});
  expect_error(add("eth0", chained), 11, {socket});
  EXPECT_THAT(scripted.steps(), IsEmpty());
}

TEST_F(OfDaemon, NothingIsAskedWhereThereIsNoPod) {
  scripted.variables["CNI_ARGS"] = "IgnoreUnknown=1";
  expect_error(add(), 7, {"container c1", "rxlease.dev/rxq", "CNI_ARGS names no pod"},
               {"K8S_POD_NAMESPACE", "K8S_POD_NAME", "devices", "optional"});
  EXPECT_THAT(leased("eth0", {{"optional", true}}), IsEmpty());
  EXPECT_EQ(json::parse(add("net1", chained).output), chained["prevResult"]);
  EXPECT_THAT(scripted.system.questions, IsEmpty());
}

TEST_F(OfDaemon, HalfAPodsNameIsAnError) {
  scripted.variables["CNI_ARGS"] = "K8S_POD_NAME=web-0";
  expect_error(add("eth0", {{"optional", true}}), 4, {"CNI_ARGS lacks K8S_POD_NAMESPACE"}, {"K8S_POD_NAME"});
  scripted.variables["CNI_ARGS"] = "K8S_POD_NAMESPACE=shop";
  expect_error(add("eth0", chained), 4, {"CNI_ARGS lacks K8S_POD_NAME"});
}

// A node is ready before the daemon runs: it is a pod, and pods wait for the node.
TEST_F(OfDaemon, StatusDoesNotNeedIt) {
  EXPECT_EQ(scripted.call("STATUS").status, 0);
  scripted.system.daemon = Ids{};
  EXPECT_EQ(scripted.call("STATUS").status, 0);
  EXPECT_THAT(scripted.system.questions, IsEmpty());
}

// When the record is there, so that the daemon does not take the queues again, and before anything is made.
TEST_F(OfDaemon, AreAnnouncedToItsGuardBeforeTheyAreLeased) {
  scripted.system.daemon = Ids{"nic0-rx6", "nic0-rx7"};
  scripted.system.on_announcement = [&] {
    EXPECT_THAT(held("eth0"), ElementsAre("nic0-rx6", "nic0-rx7"));
    EXPECT_THAT(scripted.machine.pod_netns.links, IsEmpty());
    EXPECT_THAT(scripted.system.commands, IsEmpty());
  };
  EXPECT_THAT(leased(), SizeIs(2));
  ASSERT_THAT(scripted.system.announced, SizeIs(1));
  EXPECT_EQ(scripted.system.announced[0].container_id, "c1");
  EXPECT_EQ(scripted.system.announced[0].devices.size(), 2U);
}

TEST_F(OfDaemon, AreAnnouncedToItsGuardIfTheConfigurationNamesThem) {
  EXPECT_THAT(leased("eth0", {{"devices", {"nic0-rx6"}}}), ElementsAre("nic0-rx6"));
  EXPECT_THAT(scripted.system.questions, IsEmpty());
  EXPECT_THAT(scripted.system.announced, SizeIs(1));
}

}  // namespace
}  // namespace rxlease::tests
