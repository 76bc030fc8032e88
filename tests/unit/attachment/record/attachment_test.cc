// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/attachment.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "kernel/boot_id.h"
#include "tests/flow_match.h"
#include "tests/unit/attachment/record/example.h"

namespace rxlease::attachment {
namespace {

TEST(Attachment, SurvivesItsJson) {
  const auto read = attachment_from_json_text(to_json_text(example()));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json_text(*read), to_json_text(example()));
  EXPECT_EQ(read->netns_cookie, 11U);
  EXPECT_EQ(read->devices[0].queue, 1U);
  EXPECT_FALSE(read->devices[1].queue);
}

Attachment steered_example(const kernel::FlowTarget& target) {
  auto record = example();
  record.steering =
      Steering{"netdevsim1.p1",
               4,
               target,
               {{tests::to_host(kernel::Protocol::udp, "fd22::5", {6000, 0xfffc}, "fd00::/8"), 0},
                {tests::to_host(kernel::Protocol::tcp, "fd22::5", {5201, 0xffff}), std::nullopt}}};
  return record;
}

TEST(Attachment, SurvivesItsJsonWithItsSteering) {
  for (const kernel::FlowTarget target : {kernel::FlowTarget{7, std::nullopt}, kernel::FlowTarget{0, 3}}) {
    const auto written = steered_example(target);
    const auto read = attachment_from_json_text(to_json_text(written));
    ASSERT_TRUE(read && read->steering);
    EXPECT_EQ(to_json_text(*read), to_json_text(written));
    EXPECT_EQ(read->steering->ifindex, 4U);
    EXPECT_EQ(read->steering->target, target);
    ASSERT_EQ(read->steering->flows.size(), 2U);
    EXPECT_EQ(read->steering->flows[0].match, written.steering->flows[0].match);
    EXPECT_EQ(read->steering->flows[0].location, 0U);
    EXPECT_EQ(read->steering->flows[1].match, written.steering->flows[1].match);
    EXPECT_FALSE(read->steering->flows[1].location);
  }
  EXPECT_FALSE(attachment_from_json_text(to_json_text(example()))->steering);
}

TEST(Attachment, SurvivesItsJsonWithFlowsForAnyDestination) {
  auto written = steered_example({7, std::nullopt});
  kernel::FlowMatch match;
  match.vlan = 100;
  written.steering->flows = {{match, 0}};
  match.dst_mac = kernel::MacAddress::parse("02:00:00:00:00:07");
  written.steering->flows.push_back({match, 1});
  match.dst = kernel::IpPrefix::parse("10.9.0.0/16");
  written.steering->flows.push_back({match, 2});
  match.protocol = kernel::Protocol::udp;
  written.steering->flows.push_back({match, 3});
  const auto read = attachment_from_json_text(to_json_text(written));
  ASSERT_TRUE(read && read->steering);
  ASSERT_EQ(read->steering->flows.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(read->steering->flows[i].match, written.steering->flows[i].match) << i;
  }
}

TEST(Attachment, HasARuleByMatchTargetAndPlace) {
  const auto steering = *steered_example({7, std::nullopt}).steering;
  const kernel::FlowRule placed{steering.flows[0].match, {7, std::nullopt}};
  EXPECT_TRUE(steering.has(0, placed));
  EXPECT_FALSE(steering.has(1, placed)) << "the place is another";
  EXPECT_FALSE(steering.has(0, {placed.match, {6, std::nullopt}}));
  EXPECT_FALSE(steering.has(0, {placed.match, {0, 7}}));
  const kernel::FlowRule unplaced{steering.flows[1].match, {7, std::nullopt}};
  EXPECT_TRUE(steering.has(9, unplaced)) << "its place is not known";
  EXPECT_FALSE(steering.has(0, {tests::to_host(kernel::Protocol::tcp, "fd22::5", {1, 0xffff}), {7, {}}}));
}

TEST(Attachment, NamesItsOwnerAsPeopleDo) {
  auto record = example();
  EXPECT_EQ(record.describe_owner(), "shop/web-0 (container 4f1e, interface eth0)");
  record.pod_name.clear();
  EXPECT_EQ(record.describe_owner(), "container 4f1e, interface eth0");
}

TEST(Attachment, SurvivesItsJsonWithBootAndIpamConfiguration) {
  auto written = example();
  written.boot_id = "9d1b5c1e-0000";
  written.ipam_conf = R"({"ipam":{"type":"host-local"},"name":"n"})";
  const auto read = attachment_from_json_text(to_json_text(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->boot_id, written.boot_id);
  EXPECT_EQ(read->ipam_conf, written.ipam_conf);
}

TEST(Attachment, SurvivesItsJsonWithTheDurationOfItsAdd) {
  auto written = example();
  EXPECT_FALSE(attachment_from_json_text(to_json_text(written))->add_duration) << "not ended, or older";
  written.add_duration = std::chrono::microseconds(22'041);
  const auto read = attachment_from_json_text(to_json_text(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->add_duration, written.add_duration);
  for (const auto* wrong : {"-1", "1.5", "\"22\"", "18446744073709551615"}) {
    auto object = nlohmann::json::parse(to_json_text(example()));
    object["addMicroseconds"] = nlohmann::json::parse(wrong);
    EXPECT_FALSE(attachment_from_json_text(object.dump())) << wrong;
  }
}

TEST(Attachment, IsOfThisBootUnlessItNamesAnother) {
  auto record = example();
  EXPECT_TRUE(record.is_of_this_boot()) << "older versions name none";
  record.boot_id = kernel::boot_id();
  EXPECT_TRUE(record.is_of_this_boot());
  record.boot_id = "of-before";
  EXPECT_FALSE(record.is_of_this_boot());
}

// Whoever can write a record still cannot make us touch what is not ours.
TEST(Attachment, IsNotReadWithNamesThatAddWouldNotWrite) {
  const auto is_read = [](std::string Attachment::*member, const char* value) {
    auto record = example();
    record.*member = value;
    return attachment_from_json_text(to_json_text(record)).has_value();
  };
  for (const auto member : {&Attachment::container_id, &Attachment::network}) {
    for (const char* value : {"", "..", "../../etc/cron.d/x", "a/b", "a b", "-a", "a\n"}) {
      EXPECT_FALSE(is_read(member, value)) << value;
    }
  }
  for (const auto member : {&Attachment::interface, &Attachment::ifname}) {
    for (const char* value : {"", "..", "../x", "eth/0", "sixteen-letters-", "a b"}) {
      EXPECT_FALSE(is_read(member, value)) << value;
    }
  }
  EXPECT_FALSE(is_read(&Attachment::host_interface, "../x"));
  EXPECT_FALSE(is_read(&Attachment::netns, "run/netns/x"));
  EXPECT_FALSE(is_read(&Attachment::netns, "/run/netns/\x1b"));
  EXPECT_FALSE(is_read(&Attachment::netns, ('/' + std::string(4096, 'a')).c_str()));
  EXPECT_FALSE(is_read(&Attachment::ipam, "../../bin/sh"));
  EXPECT_FALSE(is_read(&Attachment::boot_id, "a b"));
  for (const auto member : {&Attachment::pod_name, &Attachment::pod_namespace, &Attachment::pod_uid}) {
    EXPECT_FALSE(is_read(member, "a\nb"));
    EXPECT_FALSE(is_read(member, std::string(254, 'a').c_str()));
    EXPECT_TRUE(is_read(member, ""));
  }
  auto record = example();
  record.devices = std::vector<AttachedDevice>(1024, {{"nic0", 7}, std::nullopt});
  EXPECT_FALSE(attachment_from_json_text(to_json_text(record)));
}

// The kernel would answer EINVAL, and no DEL would ever succeed; or the number would be another one.
TEST(Attachment, IsNotReadWithNumbersThatTheKernelDoesNotGive) {
  const auto written = nlohmann::json::parse(to_json_text(example()));
  for (const auto* const key : {"hostIfindex", "interfaceIfindex", "netnsCookie"}) {
    for (const auto& value : {nlohmann::json(-1), nlohmann::json(1.5), nlohmann::json("7"),
                              nlohmann::json(true), nlohmann::json(nullptr), nlohmann::json::array()}) {
      auto record = written;
      record[key] = value;
      EXPECT_FALSE(attachment_from_json_text(record.dump())) << key << " " << value;
    }
  }
  for (const auto* const key : {"hostIfindex", "interfaceIfindex"}) {
    auto record = written;
    record[key] = std::uint64_t{1} << 31U;
    EXPECT_FALSE(attachment_from_json_text(record.dump())) << key;
  }
  for (const auto& value :
       {nlohmann::json(-1), nlohmann::json(std::uint64_t{1} << 32U), nlohmann::json("1")}) {
    auto record = written;
    record["devices"][0]["queue"] = value;
    EXPECT_FALSE(attachment_from_json_text(record.dump())) << value;
  }
  auto record = written;
  record["pairing"] = "both";
  EXPECT_FALSE(attachment_from_json_text(record.dump()));
}

TEST(Attachment, IsNotReadFromWhatIsNoRecord) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"network": 1, "containerId": "a", "ifname": "b", "interface": "c"})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","devices":[{}]})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","devices":[{"id":"nonsense"}]})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","steering":{}})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","ipamConf":"{}"})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c",
            "steering":{"nic":"../x","ifindex":1,"queue":1,"flows":[]}})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","steering":{"nic":"n","ifindex":1,
            "queue":1,"flows":[{"protocol":"tcp","dst":"here","dstPort":1,"dstPortMask":65535}]}})"}) {
    EXPECT_FALSE(attachment_from_json_text(text)) << text;
  }
}

}  // namespace
}  // namespace rxlease::attachment
