// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/proxies.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/attachment/record/example.h"

namespace rxlease::attachment {
namespace {

Attachment proxied_example() {
  auto record = example();
  record.proxies = Proxies{
      "netdevsim1.p1", 4, {*kernel::IpAddress::parse("10.0.0.7"), *kernel::IpAddress::parse("fd00::7")}};
  return record;
}

TEST(Proxies, SurviveTheJsonOfTheirRecord) {
  const auto read = attachment_from_json_text(to_json_text(proxied_example()));
  ASSERT_TRUE(read && read->proxies);
  EXPECT_EQ(read->proxies->nic, "netdevsim1.p1");
  EXPECT_EQ(read->proxies->ifindex, 4U);
  EXPECT_EQ(read->proxies->addresses, proxied_example().proxies->addresses);
  EXPECT_FALSE(attachment_from_json_text(to_json_text(example()))->proxies) << "most records have none";
}

// A record is not believed beyond what an ADD can have written.
TEST(Proxies, OfARecordThatNoAddWroteAreRefused) {
  const auto refuses = [](const nlohmann::json& proxies) {
    auto object = nlohmann::json::parse(to_json_text(proxied_example()));
    object["proxies"].merge_patch(proxies);
    return !attachment_from_json_text(object.dump());
  };
  EXPECT_FALSE(refuses(nlohmann::json::object()));
  EXPECT_TRUE(refuses({{"nic", "../nic"}}));
  EXPECT_TRUE(refuses({{"ifindex", "four"}}));
  EXPECT_TRUE(refuses({{"addresses", {"10.0.0"}}}));
  EXPECT_TRUE(refuses({{"addresses", "10.0.0.7"}}));
  EXPECT_TRUE(refuses({{"addresses", std::vector<std::string>(most_proxies + 1, "10.0.0.7")}}));
}

}  // namespace
}  // namespace rxlease::attachment
