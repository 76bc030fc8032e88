// SPDX-License-Identifier: Apache-2.0
#include "attachment/attachment.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <fstream>

#include "attachment/attachment_store.h"
#include "attachment/lease_file.h"
#include "kernel/files.h"
#include "tests/flow_match.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::attachment {
namespace {

using tests::ScratchDirectory;

Attachment example() {
  Attachment record;
  record.network = "zerocopy";
  record.container_id = "4f1e";
  record.ifname = record.interface = "eth0";
  record.netns = "/run/netns/blue";
  record.netns_cookie = 11;
  record.pod_namespace = "shop";
  record.pod_name = "web-0";
  record.host_interface = "rxl75bfb3e6dbbf";
  record.host_ifindex = 7;
  record.interface_ifindex = 2;
  record.devices = {{"netdevsim1.p1-rx7", 1}, {"netdevsim1.p1-rx6", std::nullopt}};
  record.ipam = "host-local";
  return record;
}

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

TEST(Attachment, IsNotReadFromWhatIsNoRecord) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"network": 1, "containerId": "a", "ifname": "b", "interface": "c"})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","devices":[{}]})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","steering":{}})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","steering":{"nic":"n","ifindex":1,
            "queue":1,"flows":[{"protocol":"tcp","dst":"here","dstPort":1,"dstPortMask":65535}]}})"}) {
    EXPECT_FALSE(attachment_from_json_text(text)) << text;
  }
}

TEST(AttachmentStore, KeepsOneRecordForAContainersInterface) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  auto record = example();
  EXPECT_TRUE(store.create(record));
  EXPECT_FALSE(store.create(record));
  record.host_ifindex = 99;
  store.update(record);
  EXPECT_EQ(store.find("4f1e", "eth0")->host_ifindex, 99U);
  EXPECT_FALSE(store.find("4f1e", "rxq0"));
  store.remove(record);
  store.remove(record);
  EXPECT_FALSE(store.find("4f1e", "eth0"));
}

TEST(AttachmentStore, RemovesWhatAKilledUpdateLeft) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  store.create(example());
  std::ofstream(scratch / "attachments/.4f1e@eth0.new") << "{ \"netw";
  EXPECT_EQ(store.list().attachments.size(), 1U);
  store.remove(example());
  EXPECT_TRUE(std::filesystem::is_empty(scratch / "attachments"));
}

TEST(AttachmentStore, IsLockedByOneAtATimeAndListsNoLock) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  auto first = store.lock();
  const kernel::Fd second(open((scratch / "attachments").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_NE(flock(second.get(), LOCK_EX | LOCK_NB), 0);
  first.reset();
  EXPECT_EQ(flock(second.get(), LOCK_EX | LOCK_NB), 0);
  EXPECT_TRUE(store.list().unreadable.empty());
}

TEST(AttachmentStore, ListsWhatItCannotReadApart) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  EXPECT_TRUE(store.list().attachments.empty()) << "before the directory exists";
  store.create(example());
  std::ofstream(scratch / "attachments/stray") << "no record";
  const auto listing = store.list();
  EXPECT_EQ(listing.attachments.size(), 1U);
  ASSERT_EQ(listing.unreadable.size(), 1U);
  EXPECT_EQ(listing.unreadable[0], scratch / "attachments/stray");
}

TEST(LeaseFile, IsRemovedByItsOwnContainerOnly) {
  const ScratchDirectory scratch;
  write_lease_file(scratch.path(), {"nic-rx7", "eth0", 1, "enp10s0", 7, "pair", "4f1e"});
  const auto path = scratch / "devices/nic-rx7/lease.json";
  ASSERT_TRUE(kernel::read_file(path));
  remove_lease_file(scratch.path(), "nic-rx7", "another");
  EXPECT_TRUE(kernel::read_file(path));
  remove_lease_file(scratch.path(), "nic-rx7", "4f1e");
  EXPECT_FALSE(kernel::read_file(path));
  remove_lease_file(scratch.path(), "nic-rx7", "4f1e");
}

}  // namespace
}  // namespace rxlease::attachment
