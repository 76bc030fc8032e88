// SPDX-License-Identifier: Apache-2.0
#include "attachment/attachment_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <fstream>

#include "tests/unit/attachment/example.h"
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

}  // namespace
}  // namespace rxlease::attachment
