// SPDX-License-Identifier: Apache-2.0
//
// The rules that results are held to, held to some results themselves.
#include "tests/system/fixture/plugin/result_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// The specification's example of ADD, as far as 1.0.0 goes.
json example() {
  return {
      {"cniVersion", "1.0.0"},
      {"interfaces",
       {{{"name", "cni0"}, {"mac", "00:11:22:33:44:55"}}, {{"name", "eth0"}, {"sandbox", "/run/netns/a"}}}},
      {"ips", {{{"address", "10.1.0.5/16"}, {"gateway", "10.1.0.1"}, {"interface", 1}}}},
      {"routes", {{{"dst", "0.0.0.0/0"}, {"gw", "10.1.0.1"}}}},
      {"dns", {{"nameservers", {"10.1.0.1"}}}}};
}

TEST(ResultRules, FindNothingInTheSpecificationsExample) {
  EXPECT_THAT(breaches(example(), "1.0.0"), IsEmpty());
}

TEST(ResultRules, WantTheVersionOfEveryAddressUpTo040) {
  auto old = example();
  old["cniVersion"] = "0.4.0";
  EXPECT_THAT(breaches(old, "0.4.0"), ElementsAre("ips[0] lacks version"));
  old["ips"][0]["version"] = "6";
  EXPECT_THAT(breaches(old, "0.4.0"), ElementsAre("10.1.0.5/16 has another version"));
  old["ips"][0]["version"] = "4";
  EXPECT_THAT(breaches(old, "0.4.0"), IsEmpty());
}

TEST(ResultRules, ForbidItFrom100On) {
  auto result = example();
  result["ips"][0]["version"] = "4";
  EXPECT_THAT(breaches(result, "1.0.0"), ElementsAre("ips[0] may not have version"));
}

TEST(ResultRules, KnowWhatCameWith110) {
  auto result = example();
  result["interfaces"][1]["mtu"] = 1500;
  result["routes"][0]["priority"] = 7;
  EXPECT_THAT(breaches(result, "1.0.0"),
              ElementsAre("interfaces[1] may not have mtu", "routes[0] may not have priority"));
  result["cniVersion"] = "1.1.0";
  EXPECT_THAT(breaches(result, "1.1.0"), IsEmpty());
}

TEST(ResultRules, FindAddressesThatBelongNowhere) {
  auto result = example();
  result["ips"][0]["interface"] = 2;
  EXPECT_THAT(breaches(result, "1.0.0"), ElementsAre("10.1.0.5/16 belongs to no interface of the list"));
  result["ips"][0]["interface"] = 0;
  EXPECT_THAT(breaches(result, "1.0.0"), ElementsAre("10.1.0.5/16 belongs to an interface of the host"));
}

TEST(ResultRules, FindWrongValues) {
  auto result = example();
  result["cniVersion"] = "1.1.0";
  result["interfaces"][0]["mac"] = "nonsense";
  result["ips"][0]["address"] = "10.1.0.5";
  result["routes"][0]["gw"] = nullptr;
  result["surprise"] = true;
  const auto found = breaches(result, "1.0.0");
  EXPECT_EQ(found.size(), 5U) << testing::PrintToString(found);
  EXPECT_THAT(found, Contains("cniVersion is not the configuration's"));
  EXPECT_THAT(found, Contains("ips[0].address cannot be \"10.1.0.5\""));
  EXPECT_THAT(found, Contains("the result may not have surprise"));
}

TEST(ResultRules, FindWhatIsNoResult) {
  EXPECT_FALSE(breaches(nullptr, "1.0.0").empty());
  EXPECT_THAT(breaches(json::object(), "1.0.0"), Contains("the result lacks interfaces"));
}

}  // namespace
}  // namespace rxlease::tests
