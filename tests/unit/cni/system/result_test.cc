// SPDX-License-Identifier: Apache-2.0
#include "cni/system/result.h"

#include <gtest/gtest.h>

#include "cni/spec/versions.h"
#include "tests/unit/cni/conf/expect_error.h"

namespace rxlease::cni {
namespace {

using nlohmann::json;

// Everything that a result of 1.1.0 can hold of what the plugin knows.
json full_result() {
  return json::parse(R"({
    "cniVersion": "1.1.0",
    "interfaces": [
      {"name": "nk0"},
      {"name": "eth0", "mac": "02:00:00:00:00:01", "mtu": 9000, "sandbox": "/var/run/netns/a"}],
    "ips": [
      {"address": "10.22.0.5/16", "gateway": "10.22.0.1", "interface": 1},
      {"address": "fd00::5/64", "interface": 1}],
    "routes": [
      {"dst": "0.0.0.0/0", "gw": "10.22.0.1"},
      {"dst": "fd00::/8", "mtu": 1400, "advmss": 1300, "priority": 0, "table": 100, "scope": 253}],
    "dns": {"nameservers": ["10.0.0.1"], "domain": "a.example", "search": ["b"], "options": ["c"]}
  })");
}

Error error_in(const std::string& text) {
  return error_of([&] { parse_result(json::parse(text), "prevResult"); });
}

TEST(ParseResult, ReadsEveryMember) {
  const auto result = parse_result(full_result(), "prevResult");
  ASSERT_EQ(result.interfaces.size(), 2U);
  EXPECT_TRUE(result.interfaces[0].sandbox.empty());
  EXPECT_EQ(result.interfaces[1].name, "eth0");
  EXPECT_EQ(result.interfaces[1].mac, "02:00:00:00:00:01");
  EXPECT_EQ(result.interfaces[1].mtu, 9000U);
  EXPECT_EQ(result.interfaces[1].sandbox, "/var/run/netns/a");
  ASSERT_EQ(result.ips.size(), 2U);
  EXPECT_EQ(result.ips[0].address.to_string(), "10.22.0.5/16");
  EXPECT_EQ(result.ips[0].gateway->to_string(), "10.22.0.1");
  EXPECT_EQ(result.ips[0].interface, 1U);
  EXPECT_FALSE(result.ips[1].gateway);
  ASSERT_EQ(result.routes.size(), 2U);
  EXPECT_EQ(result.routes[0].gw->to_string(), "10.22.0.1");
  EXPECT_FALSE(result.routes[0].mtu);
  EXPECT_EQ(result.routes[1].mtu, 1400U);
  EXPECT_EQ(result.routes[1].advmss, 1300U);
  EXPECT_EQ(result.routes[1].priority, 0U);
  EXPECT_EQ(result.routes[1].table, 100U);
  EXPECT_EQ(result.routes[1].scope, 253U);
  EXPECT_EQ(result.dns["domain"], "a.example");
}

TEST(ParseResult, ReadsTheIpVersionsOfOlderResults) {
  const auto result = parse_result(
      json::parse(
          R"({"cniVersion": "0.3.1", "ips": [{"version": "4", "address": "10.0.0.5/8"}], "dns": {}})"),
      "ipam host-local");
  EXPECT_EQ(result.ips.at(0).address.to_string(), "10.0.0.5/8");
  EXPECT_TRUE(result.dns.is_object());
}

TEST(ParseResult, TakesNullForAbsent) {
  const auto result = parse_result(
      json::parse(
          R"({"interfaces": null, "ips": [{"address": "10.0.0.5/8", "gateway": null, "interface": null}],
                      "routes": null, "dns": null})"),
      "ipam");
  EXPECT_EQ(result.ips.size(), 1U);
  EXPECT_TRUE(result.dns.is_null());
}

TEST(ParseResult, TakesAnEmptyGatewayForNone) {
  const auto result =
      parse_result(json::parse(R"({"ips": [{"address": "10.0.0.5/8", "gateway": ""}]})"), "ipam");
  EXPECT_FALSE(result.ips.at(0).gateway);
}

TEST(ParseResult, IgnoresInterfaceIndexesWhereThereAreNoInterfaces) {
  const auto result =
      parse_result(json::parse(R"({"ips": [{"address": "10.0.0.5/8", "interface": 0}]})"), "ipam");
  EXPECT_FALSE(result.ips.at(0).interface);
}

TEST(ParseResult, IgnoresMembersThatItDoesNotKnow) {
  EXPECT_NO_THROW(
      parse_result(json::parse(R"({"x": 1, "interfaces": [{"name": "a", "pciID": "b"}]})"), "prevResult"));
}

TEST(ParseResult, RefusesWhatIsNoResultAtAll) {
  expect_error(error_in("[]"), Code::decode_failure, {"prevResult", "[]"}, {"object"});
  expect_error(error_in("\"done\""), Code::decode_failure, {"prevResult", "done"}, {"object"});
}

TEST(ParseResult, NamesTheFieldAndTheValueThatAreWrong) {
  const auto refuses = [](const std::string& text, const std::vector<std::string>& message,
                          const std::vector<std::string>& details) {
    expect_error(error_in(text), Code::invalid_config, message, details);
  };
  refuses(R"({"cniVersion": "0.2.0"})", {"prevResult: \"cniVersion\"", "0.2.0"}, {"version"});
  refuses(R"({"cniVersion": 1})", {"cniVersion", "1 is not a string"}, {"quotation"});
  refuses(R"({"interfaces": {}})", {"\"interfaces\": {}", "not an array"}, {"array"});
  refuses(R"({"interfaces": [1]})", {"\"interfaces[0]\": 1", "not an object"}, {"object"});
  refuses(R"({"interfaces": [{}]})", {"\"interfaces[0].name\" is missing"}, {"add it"});
  refuses(R"({"interfaces": [{"name": "a", "mtu": -1}]})", {"interfaces[0].mtu", "-1"}, {"from 0"});
  refuses(R"({"ips": [{"address": "10.0.0.5"}]})", {"ips[0].address", "10.0.0.5"}, {"10.22.0.5/16"});
  refuses(R"({"ips": [{"address": "10.0.0.5/33"}]})", {"ips[0].address", "10.0.0.5/33"}, {"/16"});
  refuses(R"({"ips": [{"address": "10.0.0.5/8", "gateway": "x"}]})", {"ips[0].gateway", "\"x\""}, {"IPv4"});
  refuses(R"({"ips": [{"address": "10.0.0.5/8", "gateway": "fd00::1"}]})",
          {"ips[0].gateway", "fd00::1", "family"}, {"IPv4"});
  refuses(R"({"ips": [{"address": "fd00::5/8", "version": "4"}]})", {"ips[0].version", "\"4\""}, {"\"6\""});
  refuses(R"({"interfaces": [{"name": "a"}], "ips": [{"address": "fd00::5/8", "interface": 1}]})",
          {"ips[0].interface", "1 is no index"}, {"0 to 0"});
  refuses(R"({"ips": [{"address": "fd00::5/8", "interface": 1.0}]})", {"1.0 is not a whole number"},
          {"number"});
  refuses(R"({"routes": [{"gw": "10.0.0.1"}]})", {"\"routes[0].dst\" is missing"}, {"add it"});
  refuses(R"({"routes": [{"dst": "default"}]})", {"routes[0].dst", "default"}, {"/16"});
  refuses(R"({"routes": [{"dst": "::/0", "gw": "10.0.0.1"}]})", {"routes[0].gw", "10.0.0.1"}, {"IPv6"});
  refuses(R"({"routes": [{"dst": "::/0", "scope": 256}]})", {"routes[0].scope", "256"}, {"0 to 255"});
  refuses(R"({"routes": [{"dst": "::/0", "table": 4294967296}]})", {"routes[0].table"}, {"4294967295"});
  refuses(R"({"dns": []})", {"\"dns\"", "[]"}, {"object"});
  refuses(R"({"dns": {"search": "a"}})", {"dns.search", "\"a\""}, {"array"});
  refuses(R"({"dns": {"options": [1]}})", {"dns.options[0]", "1"}, {"quotation"});
}

TEST(ToJson, GivesBackWhatWasReadInTheNewestVersion) {
  EXPECT_EQ(to_json(parse_result(full_result(), "prevResult"), "1.1.0"), full_result());
}

TEST(ToJson, LeavesOutWhatOlderVersionsDoNotKnow) {
  auto expected = full_result();
  expected["cniVersion"] = "1.0.0";
  expected["interfaces"][1].erase("mtu");
  expected["routes"][1] = json{{"dst", "fd00::/8"}};
  EXPECT_EQ(to_json(parse_result(full_result(), "prevResult"), "1.0.0"), expected);
}

TEST(ToJson, TellsTheIpVersionWhereTheVersionWantsIt) {
  for (const auto version : supported_versions) {
    const auto ips = to_json(parse_result(full_result(), "prevResult"), version)["ips"];
    EXPECT_EQ(ips[0].contains("version"), has_ip_version(version)) << version;
    if (!has_ip_version(version)) continue;
    EXPECT_EQ(ips[0]["version"], "4");
    EXPECT_EQ(ips[1]["version"], "6");
  }
}

TEST(ToJson, LeavesEmptyListsAndDnsOut) {
  EXPECT_EQ(to_json(Result{}, "1.0.0").dump(), R"({"cniVersion":"1.0.0"})");
}

TEST(AppendInterface, KeepsEverythingElseAsItWas) {
  auto before = full_result();
  before["vendor"] = json{{"pi", 3.25}, {"big", 18446744073709551615ULL}};
  before["interfaces"][0]["pciID"] = "0000:0a:00.0";
  const Interface added{"rxq0", "02:00:00:00:00:09", 1500, "/var/run/netns/a"};
  const auto appended = append_interface(before, {added, {}}, "1.1.0");
  EXPECT_EQ(appended.interface, 2U);
  EXPECT_EQ(appended.result["interfaces"][2].dump(),
            R"({"mac":"02:00:00:00:00:09","mtu":1500,"name":"rxq0","sandbox":"/var/run/netns/a"})");
  auto after = appended.result;
  after["interfaces"].erase(2);
  EXPECT_EQ(after, before);
}

TEST(AppendInterface, MakesTheListWhenThereIsNone) {
  for (const auto* const text :
       {R"({"cniVersion": "1.0.0"})", R"({"cniVersion": "1.0.0", "interfaces": null})"}) {
    const auto appended = append_interface(json::parse(text), {{"rxq0", "", 1500, ""}, {}}, "1.0.0");
    EXPECT_EQ(appended.interface, 0U);
    EXPECT_EQ(appended.result, json::parse(R"({"cniVersion": "1.0.0", "interfaces": [{"name": "rxq0"}]})"));
  }
}

TEST(AppendInterface, BringsItsAddressesAlong) {
  const auto before = full_result();
  IpConfig ip;
  ip.address = *kernel::IpPrefix::parse("192.0.2.7/24");
  const auto appended = append_interface(before, {{"rxq0", "", 0, "/n"}, {ip}}, "1.1.0");
  const auto& ips = appended.result["ips"];
  ASSERT_EQ(ips.size(), before["ips"].size() + 1);
  EXPECT_EQ(ips.back(), (json{{"address", "192.0.2.7/24"}, {"interface", 2}}));
}

TEST(AppendInterface, AddsTheVersionWhereItIsMissing) {
  EXPECT_EQ(append_interface(json::object(), {{"a", "", 0, ""}, {}}, "0.4.0").result["cniVersion"], "0.4.0");
}

TEST(AppendInterface, RefusesWhatIsNoResult) {
  const auto append = [](const std::string& text) {
    append_interface(json::parse(text), {{"a", "", 0, ""}, {}}, "1.1.0");
  };
  expect_error(error_of([&] { append("3"); }), Code::decode_failure, {"prevResult", "3"}, {"runtime"});
  expect_error(error_of([&] { append(R"({"interfaces": {}})"); }), Code::invalid_config, {"interfaces", "{}"},
               {"array"});
}

}  // namespace
}  // namespace rxlease::cni
