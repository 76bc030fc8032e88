// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int killed = 128 + 9;

TEST(ScriptedIpamLimits, HoldForEveryCall) {
  for (const int configured : {0, 1500}) {
    Scripted scripted(configured != 0 ? json{{"ipamTimeoutMs", configured}} : json::object());
    ASSERT_EQ(scripted.call("ADD").status, 0);
    ASSERT_EQ(scripted.call("STATUS").status, 0);
    ASSERT_EQ(scripted.call("DEL").status, 0);
    ASSERT_FALSE(scripted.system.commands.empty());
    for (const auto& command : scripted.system.commands) {
      EXPECT_EQ(command.limit, std::chrono::milliseconds(configured != 0 ? configured : 60000));
      EXPECT_EQ(command.longest_output, 1024U * 1024);
    }
  }
}

TEST(ScriptedIpamLimits, AnAddThatTakesTooLongIsUndoneAndNamesThePlugin) {
  Scripted scripted;
  scripted.system.ipam["ADD"] = {killed, "", kernel::Limit::time};
  const auto error = json::parse(scripted.call("ADD").output);
  EXPECT_EQ(error.at("code"), 11);
  EXPECT_THAT(error.at("msg").get<std::string>(),
              HasSubstr("IPAM plugin fake-ipam, ADD did not end within 60000 ms"));
  EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr("ipamTimeoutMs"));
  EXPECT_EQ(scripted.steps().back(), "ipam DEL");
  EXPECT_THAT(scripted.files("attachments"), IsEmpty());
}

TEST(ScriptedIpamLimits, AnAddThatPrintsTooMuchIsUndoneAndNamesThePlugin) {
  Scripted scripted;
  scripted.system.ipam["ADD"] = {killed, "", kernel::Limit::output};
  const auto error = json::parse(scripted.call("ADD").output);
  EXPECT_EQ(error.at("code"), 6);
  EXPECT_THAT(error.at("msg").get<std::string>(),
              HasSubstr("fake-ipam, ADD printed more than 1048576 bytes"));
  EXPECT_THAT(scripted.files("attachments"), IsEmpty());
}

TEST(ScriptedIpamLimits, ADelThatTakesTooLongKeepsTheRecord) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  scripted.system.ipam["DEL"] = {killed, "", kernel::Limit::time};
  EXPECT_EQ(json::parse(scripted.call("DEL").output).at("code"), 11);
  EXPECT_THAT(scripted.files("attachments"), ElementsAre("c1@eth0"));
  scripted.system.ipam.erase("DEL");
  EXPECT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.files("attachments"), IsEmpty());
}

}  // namespace
}  // namespace rxlease::tests
