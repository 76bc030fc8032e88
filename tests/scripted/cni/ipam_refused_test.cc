// SPDX-License-Identifier: Apache-2.0
//
// An IPAM plugin that refuses its configuration refuses the DEL with the same words: nothing was reserved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class IpamRefused : public testing::Test {
 protected:
  void answer(const char* add, const char* del) {
    scripted.system.ipam["ADD"] = {1, add};
    scripted.system.ipam["DEL"] = {1, del};
  }

  static constexpr const char* no_ranges = R"({"code": 999, "msg": "no IP ranges specified"})";
  Scripted scripted;
};

TEST_F(IpamRefused, ByTheSameWordsForBothVerbsLeavesNothing) {
  answer(no_ranges, no_ranges);
  const auto outcome = scripted.call("ADD");
  EXPECT_EQ(json::parse(outcome.output)["code"], 999);
  EXPECT_THAT(outcome.output, HasSubstr("IPAM plugin fake-ipam, ADD: no IP ranges specified"));
  EXPECT_TRUE(scripted.is_clean());
  EXPECT_THAT(scripted.machine.warnings, IsEmpty());
}

TEST_F(IpamRefused, IsNoHindranceToTheDelOfTheFailedAdd) {
  answer(no_ranges, no_ranges);
  ASSERT_EQ(scripted.call("ADD").status, 1);
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(AllOf(HasSubstr("no IP ranges specified"),
                                                           HasSubstr("no attachment of container c1"))));
}

TEST_F(IpamRefused, ByOtherWordsKeepsTheRecord) {
  answer(no_ranges, R"({"code": 999, "msg": "the store is gone"})");
  EXPECT_EQ(scripted.call("ADD").status, 1);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
}

// What it may say differently in a moment.
TEST_F(IpamRefused, ForAMomentKeepsTheRecord) {
  for (const auto* const locked : {R"({"code": 11, "msg": "locked"})", R"({"code": 5, "msg": "no space"})"}) {
    Scripted other;
    other.system.ipam["ADD"] = other.system.ipam["DEL"] = {1, locked};
    EXPECT_EQ(other.call("ADD").status, 1);
    EXPECT_THAT(other.files("attachments"), ElementsAre("c1@eth0")) << locked;
  }
}

TEST_F(IpamRefused, AfterItHadReservedKeepsTheRecord) {
  scripted.system.ipam["DEL"] = {1, no_ranges};
  scripted.machine.pod_netns.lease_answers = {EINVAL};
  EXPECT_EQ(scripted.call("ADD").status, 1);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
}

// Without any trace of an attachment a crash may be a moment's matter, a refusal is not.
TEST_F(IpamRefused, InADelWithoutARecordFailsItOnlyIfItMayEnd) {
  for (const auto* const later : {R"({"code": 11, "msg": "locked"})", "Segmentation fault"}) {
    scripted.system.ipam["DEL"] = {1, later};
    EXPECT_EQ(scripted.call("DEL").status, 1) << later;
  }
}

TEST_F(IpamRefused, IsNoPluginInADelWithoutARecord) {
  scripted.conf["ipam"]["type"] = "absent";
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.machine.warnings, ElementsAre(HasSubstr("no executable \"absent\"")));
}

}  // namespace
}  // namespace rxlease::tests
