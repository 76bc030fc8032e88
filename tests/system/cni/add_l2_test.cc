// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/mac.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

class AddL2 : public Node {
 protected:
  json l2(const json& members = json::object()) const {
    auto conf = leasing({7}, members);
    conf["mode"] = "l2";
    return conf;
  }

  static std::string mac(const std::optional<kernel::Link>& link) {
    return kernel::MacAddress::from_bytes(link->address.value_or(kernel::Bytes{}))->to_string();
  }
};

TEST_F(AddL2, GivesBothEndsMacsAndArp) {
  const auto result = attached(l2());
  EXPECT_EQ(pod.link()->ifinfo.ifi_flags & IFF_NOARP, 0U);
  EXPECT_EQ(host_link(result)->ifinfo.ifi_flags & IFF_NOARP, 0U);
  EXPECT_NE(mac(pod.link()), "00:00:00:00:00:00");
  EXPECT_NE(mac(pod.link()), mac(host_link(result)));
}

TEST_F(AddL2, AnswersWithTheMacs) {
  const auto result = attached(l2());
  EXPECT_EQ(result["interfaces"][0]["mac"], mac(host_link(result)));
  EXPECT_EQ(result["interfaces"][1]["mac"], mac(pod.link()));
}

TEST_F(AddL2, GivesThePodTheMacOfTheConfiguration) {
  const auto result = attached(l2({{"mac", "02:00:00:00:00:07"}}));
  EXPECT_EQ(mac(pod.link()), "02:00:00:00:00:07");
  EXPECT_EQ(result["interfaces"][1]["mac"], "02:00:00:00:00:07");
}

TEST_F(AddL2, GivesThePodTheMacThatItAskedForItself) {
  attached(l2({{"mac", "02:00:00:00:00:07"}, {"runtimeConfig", {{"mac", "02:00:00:00:00:08"}}}}));
  EXPECT_EQ(mac(pod.link()), "02:00:00:00:00:08");
}

TEST_F(AddL2, GivesASingleItsMacToo) {
  const auto result = attached(l2({{"pairing", "single"}, {"mac", "02:00:00:00:00:09"}}));
  EXPECT_EQ(mac(pod.link()), "02:00:00:00:00:09");
  EXPECT_EQ(result["interfaces"][0]["mac"], "02:00:00:00:00:09");
}

TEST_F(AddL2, PassesItsOwnCheck) {
  const auto conf = l2({{"mac", "02:00:00:00:00:07"}});
  const auto result = attached(conf);
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), conf, result)));
}

}  // namespace
}  // namespace rxlease::tests
