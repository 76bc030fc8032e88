// SPDX-License-Identifier: Apache-2.0
//
// DEL of an attachment whose record, or whose namespace, is not where it was: it undoes what it finds, or
// says what remains.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "attachment/record/attachment_store.h"
#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DelWithoutARecord : public testing::TestWithParam<const char*> {
 protected:
  DelWithoutARecord() {
    scripted.conf["pairing"] = GetParam();
    EXPECT_EQ(scripted.call("ADD").status, 0);
  }

  // Power loss leaves empty files.
  void damage(const std::string& content) const { std::ofstream(record) << content; }

  Scripted scripted;
  std::string record = scripted.path("attachments/c1@eth0");
};

TEST_P(DelWithoutARecord, ThatCanBeReadUndoesWhatItFinds) {
  damage("");
  const auto outcome = scripted.call("DEL");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_TRUE(scripted.is_clean());
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(HasSubstr(record + " cannot be read")));
}

TEST_P(DelWithoutARecord, KeepsTheFileUntilAllIsDone) {
  damage("{");
  scripted.system.ipam["DEL"] = {1, R"({"code": 999, "msg": "not now"})"};
  EXPECT_EQ(json::parse(scripted.call("DEL").output)["code"], 999);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
  scripted.system.ipam.clear();
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

TEST_P(DelWithoutARecord, WhoseFileIsOfAnotherAttachmentTouchesOnlyItsOwn) {
  auto other = json::parse(std::ifstream(record));
  other["containerId"] = "c2";
  other["hostInterface"] = "eth7";
  damage(other.dump());
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

INSTANTIATE_TEST_SUITE_P(EitherWay, DelWithoutARecord, testing::Values("pair", "single"),
                         [](const auto& instance) { return std::string(instance.param); });

class DelFromAnotherStateDirectory : public testing::TestWithParam<const char*> {};

TEST_P(DelFromAnotherStateDirectory, FindsTheNetkitByItsName) {
  Scripted scripted(json{{"pairing", GetParam()}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.conf["stateDirectory"] = scripted.path("other");
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.machine.host_netns.links, IsEmpty());
  EXPECT_THAT(scripted.machine.pod_netns.links, IsEmpty());
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(HasSubstr("no record in " + scripted.path("other"))));
}

INSTANTIATE_TEST_SUITE_P(EitherWay, DelFromAnotherStateDirectory, testing::Values("pair", "single"),
                         [](const auto& instance) { return std::string(instance.param); });

// Such as one of another program, whose kind the configuration's is not.
TEST(DelOfASingleWithoutARecord, LeavesALinkOfAnotherKindAlone) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.machine.host_netns.links.clear();  // so that its name in the host does not lead to it
  std::filesystem::remove(scripted.path("attachments/c1@eth0"));
  scripted.conf["pairing"] = "single";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.machine.pod_netns.links.contains("eth0"));
}

class DelOfASingle : public testing::Test {
 protected:
  DelOfASingle() { EXPECT_EQ(scripted.call("ADD").status, 0); }
  std::uint32_t ifindex() { return scripted.machine.pod_netns.links.at("eth0").ifindex(); }

  Scripted scripted{json{{"pairing", "single"}, {"ipam", nullptr}, {"leaseTimeoutMs", 300}}};
};

TEST_F(DelOfASingle, FindsTheNamespaceBehindCniNetnsToo) {
  scripted.machine.pod_paths = {"/proc/7/ns/net"};
  scripted.variables["CNI_NETNS"] = "/proc/7/ns/net";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

TEST_F(DelOfASingle, LeavesAnotherNamespaceBehindCniNetnsAlone) {
  auto text = json::parse(std::ifstream(scripted.path("attachments/c1@eth0")));
  text["netnsCookie"] = 99;
  text["netns"] = "/run/netns/gone";
  std::ofstream(scripted.path("attachments/c1@eth0")) << text.dump();
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.machine.pod_netns.links.contains("eth0"));
}

TEST_F(DelOfASingle, WaitsUntilANamespaceThatEndsHasTakenItAlong) {
  scripted.machine.host_netns.shown_leases[7] = {ifindex(), {2}, 5};
  scripted.machine.pod_paths.clear();
  int pauses = 0;
  scripted.machine.on_sleep = [&] {
    if (++pauses == 3) scripted.machine.host_netns.shown_leases.clear();
  };
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_EQ(pauses, 3);
  EXPECT_THAT(scripted.files("attachments"), IsEmpty());
}

TEST_F(DelOfASingle, SaysWhatRemainsIfTheNamespaceLivesOn) {
  scripted.machine.host_netns.shown_leases[7] = {ifindex(), {2}, 5};
  scripted.machine.pod_paths.clear();
  const auto error = json::parse(scripted.call("DEL").output);
  EXPECT_EQ(error["code"], 11);
  EXPECT_THAT(error["msg"].get<std::string>(),
              AllOf(HasSubstr("nic0-rx7 is still leased to container c1, interface eth0"),
                    HasSubstr("namespace with id 5"), HasSubstr("/run/netns/pod")));
  EXPECT_THAT(error["details"].get<std::string>(), HasSubstr("lsns"));
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
}

// The queue has a new owner, in a namespace where ifindexes begin at the same number.
TEST_F(DelOfASingle, DoesNotTakeALeaseOfASuccessorForItsOwn) {
  scripted.machine.host_netns.shown_leases[7] = {ifindex(), {2}, 6};
  auto successor = *attachment::AttachmentStore(scripted.path("")).find("c1", "eth0");
  successor.container_id = "c2";
  attachment::AttachmentStore(scripted.path("")).create(successor);
  scripted.machine.pod_paths.clear();
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c2@eth0"));
}

// A pod may rename its own link.
TEST_F(DelOfASingle, FindsItByItsIfindexUnderAnotherName) {
  auto link = scripted.machine.pod_netns.links.extract("eth0");
  link.key() = "other";
  link.mapped().ifname = "other";
  scripted.machine.pod_netns.links.insert(std::move(link));
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

// Somebody took the pair's host end away from the host.
TEST(DelOfAPair, FindsItByItsEndInThePodToo) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.machine.host_netns.links.clear();
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_TRUE(scripted.is_clean());
}

}  // namespace
}  // namespace rxlease::tests
