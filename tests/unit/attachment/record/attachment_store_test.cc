// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/attachment_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "kernel/error.h"
#include "tests/ends_within.h"
#include "tests/unit/attachment/record/example.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::attachment {
namespace {

using tests::ScratchDirectory;

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

TEST(AttachmentStore, BringsNoRemovedRecordBack) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  store.create(example());
  store.remove(example());
  EXPECT_THROW(store.update(example()), kernel::FileError);
  EXPECT_FALSE(store.find("4f1e", "eth0"));
}

TEST(AttachmentStore, GivesTheRightToHealToOneAtATimeAndListsNoTraceOfIt) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  store.create(example());
  auto first = store.claim(example());
  std::atomic<bool> second_has_it{false};
  std::thread second([&] {
    const auto claim = store.claim(example());
    second_has_it = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(second_has_it);
  first.reset();
  second.join();
  EXPECT_TRUE(second_has_it);
  EXPECT_EQ(store.list().attachments.size(), 1U);
  EXPECT_TRUE(store.list().unreadable.empty());
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

// A file's name has at most 255 bytes.
TEST(AttachmentStore, KeepsRecordsOfContainersWithLongIds) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  std::vector<Attachment> records;
  for (const std::size_t length : {230U, 231U, 250U, 1000U}) {
    for (const char last : {'a', 'b'}) {
      auto record = example();
      record.container_id = std::string(length - 1, 'c') + last;
      record.interface = "fifteen-letters";
      EXPECT_TRUE(store.create(record)) << length;
      record.host_ifindex = static_cast<std::uint32_t>(records.size());
      store.update(record);
      records.push_back(record);
    }
  }
  EXPECT_EQ(store.list().attachments.size(), records.size());
  for (const auto& record : records) {
    const auto found = store.find(record.container_id, record.interface);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->host_ifindex, record.host_ifindex);
    EXPECT_EQ(store.list_of(record.container_id).size(), 1U);
    store.remove(record);
  }
  EXPECT_TRUE(std::filesystem::is_empty(scratch / "attachments"));
}

TEST(AttachmentStore, ListsRecordsOfEarlierBootsApart) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  auto record = example();
  record.boot_id = "of-before";
  store.create(record);
  const auto listing = store.list();
  EXPECT_TRUE(listing.attachments.empty());
  ASSERT_EQ(listing.of_earlier_boots.size(), 1U);
  EXPECT_TRUE(listing.unreadable.empty());
  EXPECT_TRUE(store.find("4f1e", "eth0")) << "a DEL of its container releases the addresses";
}

// A content of another attachment would lead to somebody else's netkit.
TEST(AttachmentStore, TakesARecordOnlyFromTheFileOfItsName) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  store.create(example());
  std::filesystem::copy(scratch / "attachments/4f1e@eth0", scratch / "attachments/4f1e@net1");
  std::filesystem::copy(scratch / "attachments/4f1e@eth0", scratch / "attachments/copy");
  EXPECT_FALSE(store.find("4f1e", "net1"));
  EXPECT_EQ(store.find_unreadable("4f1e", "net1"), scratch / "attachments/4f1e@net1");
  EXPECT_FALSE(store.find_unreadable("4f1e", "eth0"));
  EXPECT_FALSE(store.find_unreadable("4f1e", "rxq0")) << "there is none";
  EXPECT_EQ(store.list().attachments.size(), 1U);
  EXPECT_EQ(store.list().unreadable.size(), 2U);
}

TEST(AttachmentStore, ListsTheRecordsOfOneContainer) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  EXPECT_TRUE(store.list_of("4f1e").empty());
  auto record = example();
  store.create(record);
  record.interface = "rxq0";
  store.create(record);
  record.container_id = "4f1e2";
  store.create(record);
  EXPECT_EQ(store.list_of("4f1e").size(), 2U);
}

TEST(AttachmentStore, WaitsForNoFileOfAnotherKind) {
  const tests::EndsWithin limit(20);
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  store.create(example());
  const auto fifo = scratch / "attachments/4f1e@net1";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::filesystem::create_directory(scratch / "attachments/4f1e@net2");
  EXPECT_FALSE(store.find("4f1e", "net1"));
  EXPECT_EQ(store.find_unreadable("4f1e", "net1"), fifo);
  EXPECT_EQ(store.list().attachments.size(), 1U);
  EXPECT_EQ(store.list().unreadable.size(), 2U);
  auto record = example();
  record.interface = "net1";
  EXPECT_FALSE(store.create(record));
  EXPECT_FALSE(store.is_at_work(record));
  store.remove(record);
  EXPECT_TRUE(store.create(record));
}

TEST(AttachmentStore, UpdatesARecordBesideAFifoOfThePartialName) {
  const tests::EndsWithin limit(20);
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  store.create(example());
  ASSERT_EQ(mkfifo((scratch / "attachments/.4f1e@eth0.new").c_str(), 0600), 0);
  store.update(example());
  EXPECT_TRUE(store.find("4f1e", "eth0"));
}

TEST(AttachmentStore, ReadsNoRecordWithoutAnEnd) {
  const ScratchDirectory scratch;
  const AttachmentStore store(scratch.path());
  store.create(example());
  std::ofstream(scratch / "attachments/4f1e@eth0", std::ios::app) << std::string(5 << 20, ' ');
  EXPECT_FALSE(store.find("4f1e", "eth0"));
  EXPECT_EQ(store.list().unreadable.size(), 1U);
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

}  // namespace
}  // namespace rxlease::attachment
