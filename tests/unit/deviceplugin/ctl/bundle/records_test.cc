// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/bundle/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/attachment/record/example.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RecordText, LeavesOutTheConfigurationOfTheIpamPlugin) {
  auto record = attachment::example();
  record.ipam_conf = R"({"ipam":{"type":"whereabouts","password":"hunter2"}})";
  const auto text = record_text(record);
  EXPECT_THAT(text, HasSubstr("web-0"));
  EXPECT_THAT(text, HasSubstr(R"("ipam": "host-local")"));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST(NetworkText, HasOnlyWhatIsRxleases) {
  const auto text = network_text(R"({"cniVersion": "1.1.0", "name": "zerocopy", "plugins": [
    {"type": "ptp", "token": "hunter2"},
    {"type": "rxlease", "pairing": "single", "mtu": 9000, "ipam": {"type": "x", "password": "hunter2"},
     "prevResult": {"dns": "hunter2"}, "args": {"cni": "hunter2"}}], "other": "hunter2"})");
  EXPECT_EQ(nlohmann::json::parse(text),
            nlohmann::json::parse(R"({"cniVersion": "1.1.0", "name": "zerocopy", "plugins": [
    {"type": "ptp"}, {"type": "rxlease", "pairing": "single", "mtu": 9000, "ipam": {"type": "x"}}]})"));
}

TEST(NetworkText, TakesASinglePluginToo) {
  const auto object = nlohmann::json::parse(network_text(R"({"name": "n", "type": "rxlease", "mtu": 9000})"));
  EXPECT_EQ(object.at("plugins")[0].at("mtu"), 9000);
}

TEST(NetworkText, IsEmptyForWhatIsNoConfiguration) {
  for (const auto* text : {"", "[]", "7", "{", "\"x\""}) EXPECT_EQ(network_text(text), "") << text;
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
