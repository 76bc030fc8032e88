// SPDX-License-Identifier: Apache-2.0
//
// DEL and GC when the network's file was edited since the ADD, or when the pod wrote what ADD would refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Edit {
  const char* name;
  json members;
  std::string told;  // part of the line on standard error; empty: none
};

class Edited : public Node, public testing::WithParamInterface<std::tuple<const char*, Edit>> {
 protected:
  json at_add() const {
    const std::string pairing = std::get<0>(GetParam());
    auto conf = leasing({7, 6}, {{"pairing", pairing}});
    if (pairing == "pair") conf["ipam"] = runtime.host_local({"10.22.0.0/24", "fd00:22::/64"});
    return conf;
  }

  json at_del() const {
    auto conf = at_add();
    conf.merge_patch(edit().members);
    return conf;
  }

  const Edit& edit() const { return std::get<1>(GetParam()); }

  void expect_told(const Answer& answer) const {
    if (edit().told.empty()) {
      EXPECT_EQ(answer.errors, "");
    } else {
      EXPECT_THAT(answer.errors, HasSubstr(edit().told));
    }
  }
};

TEST_P(Edited, IsNoHindranceToDel) {
  const auto before = snapshot();
  const auto conf = at_del();
  attached(at_add());
  auto attachment = pod.attachment();
  attachment.args = "IgnoreUnknown=1;RXLEASE_STEERING=nonsense";
  const auto answer = runtime.del(attachment, conf);
  EXPECT_TRUE(succeeded(answer));
  expect_told(answer);
  EXPECT_EQ(snapshot(), before);
}

TEST_P(Edited, IsNoHindranceToGc) {
  if (edit().members.contains("name")) return;  // GC goes by it
  const auto before = snapshot();
  attached(at_add());
  auto conf = at_del();
  conf.erase("prevResult");
  const auto answer = runtime.gc(conf, {});
  EXPECT_TRUE(succeeded(answer));
  EXPECT_EQ(snapshot(), before);
}

INSTANTIATE_TEST_SUITE_P(
    File, Edited,
    testing::Combine(
        testing::Values("pair", "single"),
        testing::Values(
            Edit{"Untouched", json::object(), ""},
            Edit{"UnknownKey", {{"isDefaultGateway", true}}, "isDefaultGateway"},
            Edit{"MtuAsText", {{"mtu", "9000"}}, "\"mtu\": \"9000\""},
            Edit{"MacOfTheRuntime", {{"runtimeConfig", {{"mac", "02:00:00:00:00:01"}}}}, "runtimeConfig.mac"},
            Edit{"SteeringOfThePod",
                 {{"args", {{"cni", {{"steering", json::array({{{"protocol", "ip"}}})}}}}}},
                 "steering[0].protocol"},
            Edit{"NetworkRenamed", {{"name", "other"}}, ""},
            Edit{"PairingChanged", {{"pairing", "both"}}, "pairing"},
            Edit{"NowAPair", {{"pairing", "pair"}}, ""}, Edit{"NowASingle", {{"pairing", "single"}}, ""},
            Edit{"IpamGone", {{"ipam", nullptr}}, ""}, Edit{"IpamAsText", {{"ipam", "host-local"}}, "ipam"},
            Edit{"DevicesGone", {{"devices", nullptr}}, ""})),
    [](const auto& instance) {
      const std::string pairing = std::get<0>(instance.param);
      return (pairing == "pair" ? "Pair" : "Single") + std::string(std::get<1>(instance.param).name);
    });

using EditedIpam = Node;

// host-local keeps reservations in a directory of the network's name.
TEST_F(EditedIpam, ReleasesTheAddressesWhereTheyWereReserved) {
  const auto before = snapshot();
  const auto conf = leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}});
  attached(conf);
  auto edited = conf;
  edited["name"] = "other";
  edited["ipam"] = {{"type", "host-local"},
                    {"dataDir", runtime.ipam_directory() + "-new"},
                    {"ranges", json::array({json::array({{{"subnet", "10.99.0.0/24"}}})})}};
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), edited)));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(EditedIpam, ReleasesTheAddressesOfAPluginThatIsNoLongerNamed) {
  const auto before = snapshot();
  const auto conf = leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}});
  attached(conf);
  auto edited = conf;
  edited["ipam"] = {{"type", "static"}, {"addresses", json::array({{{"address", "10.9.0.1/24"}}})}};
  EXPECT_TRUE(succeeded(runtime.gc(edited, {})));
  EXPECT_EQ(snapshot(), before);
}

}  // namespace
}  // namespace rxlease::tests
