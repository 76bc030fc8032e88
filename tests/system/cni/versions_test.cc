// SPDX-License-Identifier: Apache-2.0
//
// Every version of the CNI specification that the plugin speaks: its results hold to that version's rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/result_rules.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::IsEmpty;

class Versions : public Node, public testing::WithParamInterface<const char*> {
 protected:
  std::string version() const { return GetParam(); }

  // Whatever a result can hold.
  json everything() const {
    auto conf = leasing({7}, {{"cniVersion", version()}, {"mode", "l2"}, {"mtu", 9000}});
    conf["dns"] = {
        {"nameservers", {"10.22.0.53"}}, {"domain", "example"}, {"search", {"a"}}, {"options", {"b"}}};
    conf["ipam"] =
        runtime.host_local({"10.22.0.0/24", "fd00:22::/64"},
                           json::array({{{"dst", "0.0.0.0/0"}}, {{"dst", "::/0"}, {"gw", "fd00:22::1"}}}));
    return conf;
  }

  bool is_latest() const { return version() == "1.1.0"; }
  bool has_check() const { return version() != "0.3.1"; }
};

TEST_P(Versions, OfAPairsResultFollowTheRules) {
  const auto result = attached(everything());
  EXPECT_THAT(breaches(result, version()), IsEmpty()) << result.dump(2);
  EXPECT_EQ(result["ips"].size(), 2U);
  EXPECT_EQ(result["routes"].size(), 2U);
  EXPECT_EQ(result["dns"], everything()["dns"]);
  EXPECT_EQ(result["interfaces"][1].contains("mtu"), is_latest());
  EXPECT_TRUE(result["interfaces"][1].contains("mac"));
}

TEST_P(Versions, OfASinglesResultFollowTheRules) {
  const auto result = attached(leasing({7}, {{"cniVersion", version()}, {"pairing", "single"}}));
  EXPECT_THAT(breaches(result, version()), IsEmpty()) << result.dump(2);
}

TEST_P(Versions, OfAChainedResultFollowTheRules) {
  const auto first = attached(everything());
  auto single = leasing({6}, {{"cniVersion", version()}, {"pairing", "single"}});
  single["prevResult"] = first;
  const auto answer = runtime.add(pod.attachment(), single);
  ASSERT_TRUE(succeeded(answer));
  EXPECT_THAT(breaches(answer.object, version()), IsEmpty()) << answer.text;
  EXPECT_EQ(answer.object["interfaces"].size(), 3U);
  EXPECT_EQ(answer.object["ips"], first["ips"]);
}

// What only 1.1.0 knows of routes does not leak into older results.
TEST_P(Versions, KeepRoutesToWhatTheyKnow) {
  const json result{{"cniVersion", version()},
                    {"ips", {{{"address", "10.22.0.2/24"}, {"gateway", "10.22.0.1"}}}},
                    {"routes", {{{"dst", "0.0.0.0/0"}, {"mtu", 1400}, {"priority", 7}}}}};
  const auto ipam = ScriptedIpam::answering(runtime, result.dump());
  const auto answered =
      attached(leasing({7}, {{"cniVersion", version()}, {"ipam", {{"type", ipam.name()}}}}));
  EXPECT_THAT(breaches(answered, version()), IsEmpty()) << answered.dump(2);
  EXPECT_EQ(answered["routes"][0].contains("mtu"), is_latest());
}

TEST_P(Versions, ServeAWholeLife) {
  const auto before = snapshot();
  const auto result = attached(everything());
  if (has_check()) {
    EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), everything(), result)));
  }
  auto del = everything();
  del["prevResult"] = result;  // 0.4.0 on
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), del)));
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Versions, AreTheVersionOfErrorsToo) {
  const auto answer = runtime.add(pod.attachment(), leasing({8}, {{"cniVersion", version()}}));
  EXPECT_TRUE(failed(answer, 7, {"no receive queue 8"}));
  EXPECT_EQ(answer.object["cniVersion"], version());
}

INSTANTIATE_TEST_SUITE_P(Known, Versions, testing::Values("0.3.1", "0.4.0", "1.0.0", "1.1.0"),
                         [](const auto& instance) {
                           std::string name = std::string("V") + instance.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

using Version = Node;

TEST_F(Version, ListsThemAll) {
  const auto answer = runtime.call("VERSION", std::nullopt, {{"cniVersion", "1.1.0"}});
  EXPECT_TRUE(succeeded(answer));
  EXPECT_EQ(answer.object,
            (json{{"cniVersion", "1.1.0"}, {"supportedVersions", {"0.3.1", "0.4.0", "1.0.0", "1.1.0"}}}));
}

TEST_F(Version, RefusesOthers) {
  const auto before = snapshot();
  for (const auto* const version : {"0.2.0", "1.2.0", "2"}) {
    EXPECT_TRUE(failed(runtime.add(pod.attachment(), leasing({7}, {{"cniVersion", version}})), 1,
                       {"cniVersion", version}, {"1.1.0"}));
  }
  EXPECT_EQ(snapshot(), before);
}

}  // namespace
}  // namespace rxlease::tests
