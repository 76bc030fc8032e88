// SPDX-License-Identifier: Apache-2.0
#include "proto/attachment.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <fstream>

#include "kernel/files.h"
#include "proto/attachment_store.h"
#include "proto/lease_file.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::proto {
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

TEST(Attachment, NamesItsOwnerAsPeopleDo) {
  auto record = example();
  EXPECT_EQ(record.describe_owner(), "shop/web-0 (container 4f1e, interface eth0)");
  record.pod_name.clear();
  EXPECT_EQ(record.describe_owner(), "container 4f1e, interface eth0");
}

TEST(Attachment, IsNotReadFromWhatIsNoRecord) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"network": 1, "containerId": "a", "ifname": "b", "interface": "c"})",
        R"({"network":"n","containerId":"a","ifname":"b","interface":"c","devices":[{}]})"}) {
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
}  // namespace rxlease::proto
