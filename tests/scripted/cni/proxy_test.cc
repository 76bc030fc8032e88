// SPDX-License-Identifier: Apache-2.0
//
// "proxyNeighbors", from ADD to DEL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/scripted/cni/scripted.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const json proxied{{"proxyNeighbors", true}};

TEST(ScriptedProxy, AnswersForThePodUntilDel) {
  Scripted scripted(proxied);
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(scripted.machine.host_netns.proxies,
              UnorderedElementsAre(Pair(2, *kernel::IpAddress::parse("10.22.0.5")),
                                   Pair(2, *kernel::IpAddress::parse("fd00::5"))));
  ASSERT_EQ(scripted.call("DEL").status, 0);
  EXPECT_THAT(scripted.machine.host_netns.proxies, IsEmpty());
  EXPECT_TRUE(scripted.is_clean());
}

TEST(ScriptedProxy, IsNoneUnlessAskedFor) {
  Scripted scripted;
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(scripted.machine.host_netns.proxies, IsEmpty());
  EXPECT_THAT(scripted.steps(), testing::Not(Contains("host getneigh")));
}

// A pod without queues has no NIC.
TEST(ScriptedProxy, IsNoneForAPodWithoutQueues) {
  Scripted scripted({{"proxyNeighbors", true}, {"optional", true}, {"devices", nullptr}});
  ASSERT_EQ(scripted.call("ADD").status, 0);
  EXPECT_THAT(scripted.machine.host_netns.proxies, IsEmpty());
}

TEST(ScriptedProxy, IsUndoneWhateverStepFails) {
  Scripted whole(proxied);
  ASSERT_EQ(whole.call("ADD").status, 0);
  for (std::size_t index = 0; index < whole.steps().size(); ++index) {
    SCOPED_TRACE("step " + std::to_string(index) + ": " + whole.steps()[index]);
    Scripted scripted(proxied);
    scripted.machine.journal.fail(index, EIO);
    EXPECT_EQ(scripted.call("ADD").status, 1);
    EXPECT_THAT(scripted.machine.host_netns.proxies, IsEmpty());
    EXPECT_TRUE(scripted.is_clean());
  }
}

TEST(ScriptedProxy, NamesTheKeyInItsRefusal) {
  Scripted scripted(proxied);
  scripted.machine.host_netns.sysctls["net/ipv6/conf/enp1s0/forwarding"] = "0";
  const auto outcome = scripted.call("ADD");
  EXPECT_EQ(outcome.status, 1);
  const auto error = json::parse(outcome.output);
  EXPECT_EQ(error.at("code"), 7);
  EXPECT_THAT(error.at("msg").get<std::string>(),
              HasSubstr("\"proxyNeighbors\": sysctl net/ipv6/conf/enp1s0/forwarding"));
  EXPECT_THAT(error.at("details").get<std::string>(), HasSubstr("set it to 1"));
  EXPECT_TRUE(scripted.is_clean());
}

}  // namespace
}  // namespace rxlease::tests
