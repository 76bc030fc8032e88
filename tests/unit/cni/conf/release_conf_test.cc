// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/release_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/cni/conf/parse_with.h"

namespace rxlease::cni {
namespace {

using kernel::NetkitPairing;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ReleaseConf release_with(const std::string& members) {
  return parse_release_conf(text_with(members));
}

TEST(ReleaseConf, HasWhatFindsTheRecordAndTheIpamPlugin) {
  const auto conf =
      release_with(R"("pairing": "single", "interface": "fast1", "leaseTimeoutMs": 7, "stateDirectory": "/s",
      "ipam": {"type": "host-local"}, "cni.dev/valid-attachments": [{"containerID": "a", "ifname": "b"}])");
  EXPECT_EQ(conf.cni_version, "1.1.0");
  EXPECT_EQ(conf.name, "zerocopy");
  EXPECT_EQ(conf.pairing, NetkitPairing::single);
  EXPECT_EQ(conf.interface, "fast1");
  EXPECT_EQ(conf.lease_timeout.count(), 7);
  EXPECT_EQ(conf.state_directory, "/s");
  EXPECT_EQ(conf.ipam_type, "host-local");
  EXPECT_EQ(conf.valid_attachments, (std::vector<AttachmentKey>{{"a", "b"}}));
  EXPECT_THAT(conf.passed_over, IsEmpty());
}

TEST(ReleaseConf, IsThatOfAnEmptyFileWhereNothingIsSaid) {
  const auto conf = release_with("");
  EXPECT_EQ(conf.pairing, NetkitPairing::pair);
  EXPECT_EQ(conf.interface, "rxq0");
  EXPECT_EQ(conf.state_directory, "/run/rxlease");
  EXPECT_EQ(conf.lease_timeout.count(), 5000);
  EXPECT_FALSE(conf.ipam_type);
  EXPECT_FALSE(conf.valid_attachments);
}

struct Case {
  const char* name;
  std::string members;
  std::string passed_over;
};

class PassedOver : public testing::TestWithParam<Case> {};

TEST_P(PassedOver, IsSaidOnceAndChangesNothingElse) {
  const auto conf =
      release_with(GetParam().members + R"(, "stateDirectory": "/s", "cni.dev/valid-attachments": [])");
  EXPECT_THAT(conf.passed_over, ElementsAre(HasSubstr(GetParam().passed_over)));
  EXPECT_EQ(conf.name, "zerocopy");
  EXPECT_EQ(conf.state_directory, "/s");
  EXPECT_TRUE(conf.valid_attachments);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, PassedOver,
    testing::Values(Case{"UnknownKey", R"("isDefaultGateway": true)", "isDefaultGateway"},
                    Case{"WrongType", R"("mtu": "9000")", "\"mtu\": \"9000\" is not a whole number"},
                    Case{"Masquerading", R"("ipMasq": true)", "ipMasq"},
                    Case{"MacOfTheRuntimeInL3", R"("runtimeConfig": {"mac": "02:00:00:00:00:01"})",
                         "runtimeConfig.mac"},
                    Case{"SteeringOfThePod", R"("args": {"cni": {"steering": 5}})", "args.cni.steering"},
                    Case{"Steering", R"("steering": [{"protocol": "ip"}])", "steering[0].protocol"},
                    Case{"Devices", R"("devices": ["gpu"])", "devices[0]"},
                    Case{"Pairing", R"("pairing": "both")", "pairing"},
                    Case{"Interface", R"("interface": "a/b")", "interface"},
                    Case{"Timeout", R"("leaseTimeoutMs": -1)", "leaseTimeoutMs"},
                    Case{"NoTimeout", R"("leaseTimeoutMs": 0)", "\"leaseTimeoutMs\": 0 is out of range"},
                    Case{"Ipam", R"("ipam": "host-local")", "ipam"},
                    Case{"IpamType", R"("ipam": {"type": "../x"})", "ipam.type"},
                    Case{"Itself", R"("ipam": {"type": "rxlease"})", "ipam.type"},
                    Case{"PrevResult", R"("prevResult": 5)", "prevResult"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(ReleaseConf, DoesWithoutWhatCannotBeRead) {
  const auto conf = release_with(R"("pairing": 1, "interface": "", "ipam": 5)");
  EXPECT_FALSE(conf.pairing);
  EXPECT_EQ(conf.interface, "rxq0");
  EXPECT_FALSE(conf.ipam_type);
  const auto nameless = parse_release_conf(R"({"cniVersion": "9", "name": "../x", "type": 1})");
  EXPECT_EQ(nameless.name, "");
  EXPECT_EQ(nameless.cni_version, "");
  EXPECT_EQ(nameless.type, "rxlease");
}

TEST(ReleaseConf, TakesTheLastOfAKeyThatComesTwice) {
  EXPECT_EQ(release_with(R"("interface": "a", "interface": "b")").interface, "b");
}

TEST(ReleaseConf, KnowsWhetherTheResultOfTheListHasItsInterface) {
  EXPECT_TRUE(
      release_with(R"("prevResult": {"interfaces": [{"name": "rxq0", "sandbox": "/n"}]})").lists_interface);
  for (const auto* const result :
       {"[]", "{}", R"({"interfaces": 1})", R"({"interfaces": [1, {}, {"name": 2, "sandbox": "/n"}]})",
        R"({"interfaces": [{"name": "rxq0"}]})", R"({"interfaces": [{"name": "rxq0", "sandbox": ""}]})",
        R"({"interfaces": [{"name": "eth0", "sandbox": "/n"}]})"}) {
    EXPECT_FALSE(release_with(std::string("\"prevResult\": ") + result).lists_interface) << result;
  }
}

// Whatever the file says by now of whatever member: only what finds the records, and decides which go, stops
// a DEL or GC.
TEST(ReleaseConf, IsReadWithAnyValueOfAnyMember) {
  const std::set<std::string> needed{"stateDirectory", "cni.dev/valid-attachments", "cni.dev/attachments"};
  const auto values = nlohmann::json::parse(
      R"([null, true, false, 0, -1, 1.5, 18446744073709551615, "", "\u0000", "../x", [], [null], [1], ["a"],
      [[]], [{}], {}, {"a": 1}, {"type": null}, {"type": 1}, {"type": ""}, {"cni": null}, {"cni": []},
      {"cni": {"ips": 1, "steering": 1}}, {"cni": {"ips": [1], "steering": [1]}}, {"interfaces": {"a": 1}},
      {"interfaces": [null]}, {"mac": 1, "ips": 1, "deviceID": 1}, {"ips": [1]}])",
      nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(values.is_array());
  const auto conf = nlohmann::json::parse(text_with(""));
  for (const auto* const key : {"cniVersion",
                                "name",
                                "type",
                                "pairing",
                                "devices",
                                "deviceID",
                                "resource",
                                "queues",
                                "optional",
                                "mode",
                                "mac",
                                "mtu",
                                "policy",
                                "peerPolicy",
                                "scrub",
                                "peerScrub",
                                "headroom",
                                "tailroom",
                                "interface",
                                "leaseTimeoutMs",
                                "steering",
                                "podDestinations",
                                "proxyNeighbors",
                                "ipam",
                                "dns",
                                "ipamTimeoutMs",
                                "stateDirectory",
                                "runtimeConfig",
                                "args",
                                "capabilities",
                                "prevResult",
                                "ipMasq",
                                "podResourcesSocket",
                                "cniVersions",
                                "disableCheck",
                                "cni.dev/valid-attachments",
                                "cni.dev/attachments",
                                "unknown",
                                "vendor/key",
                                ""}) {
    for (const auto& value : values) {
      auto edited = conf;
      edited[key] = value;
      const auto text = edited.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      try {
        const auto read = parse_release_conf(text);
        EXPECT_EQ(read.text, text);
      } catch (const Error& error) {
        EXPECT_TRUE(needed.contains(key)) << text << ": " << error.what();
      }
    }
  }
}

// Without these it is not known what to release.
TEST(ReleaseConf, RefusesWhatItCannotDoWithout) {
  expect_error(error_of([] { parse_release_conf("{"); }), Code::decode_failure, {"line 1"}, {});
  expect_error(error_of([] { parse_release_conf("[]"); }), Code::decode_failure, {"not an object"}, {});
  expect_error(error_of([] { release_with(R"("stateDirectory": "run")"); }), Code::invalid_config,
               {"stateDirectory", "absolute"}, {"begin"});
  expect_error(error_of([] { release_with(R"("cni.dev/valid-attachments": [{}])"); }), Code::invalid_config,
               {"valid-attachments[0].containerID"}, {});
}

}  // namespace
}  // namespace rxlease::cni
