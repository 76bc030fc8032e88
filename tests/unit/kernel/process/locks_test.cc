// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/locks.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "kernel/files.h"
#include "tests/lock_holder.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::kernel {
namespace {

using testing::HasSubstr;
using tests::ScratchDirectory;
using namespace std::chrono_literals;

tests::LockHolder holder_of(const std::string& path) {
  return tests::LockHolder([&] { flock(open(path.c_str(), O_RDONLY | O_DIRECTORY), LOCK_EX); });
}

// /proc/locks names files by the device of their file system, which stat() does not tell of an overlay's.
std::string scratch_in_memory() {
  std::string path = "/dev/shm/locks_test.XXXXXX";
  return mkdtemp(path.data());
}

TEST(Locks, AreWaitedForUntilTheTimeoutAndNameTheirHolder) {
  const auto path = scratch_in_memory();
  {
    const auto holder = holder_of(path);
    for (const bool stopped : {false, true}) {
      if (stopped) holder.stop();
      try {
        lock_directory(path, 50ms);
        FAIL() << "it is held";
      } catch (const LockHeld& error) {
        EXPECT_THAT(error.what(), HasSubstr("lock " + path));
        EXPECT_THAT(error.what(), HasSubstr("50 ms"));
        EXPECT_THAT(error.holder(), HasSubstr(holder.name() + " ("));
        EXPECT_EQ(error.holder().find("which is stopped") != std::string::npos, stopped) << error.holder();
      }
    }
    EXPECT_FALSE(try_lock_directory(path));
  }
  EXPECT_TRUE(lock_directory(path, 50ms)) << "a kill releases it";
  rmdir(path.c_str());
}

TEST(Locks, AreGotWhenTheirHolderLetsGo) {
  const ScratchDirectory scratch;
  auto held = lock_directory(scratch.path());
  std::jthread letting_go([&] {
    std::this_thread::sleep_for(50ms);
    held->reset();
  });
  EXPECT_TRUE(lock_directory(scratch.path()));
}

TEST(Locks, AreOnDirectoriesThatNobodyElseCanOpen) {
  const ScratchDirectory scratch;
  make_directory(scratch / "open", 0755);
  lock_directory(scratch / "open");
  struct stat status {};
  ASSERT_EQ(stat((scratch / "open").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
}

TEST(Locks, NeedADirectory) {
  const ScratchDirectory scratch;
  EXPECT_FALSE(lock_directory(scratch / "absent"));
  EXPECT_THROW(try_lock_directory(scratch / "absent"), FileError);
}

TEST(Locks, AFileIsInUseUntilTheLastCopyOfTheMarkIsClosed) {
  const ScratchDirectory scratch;
  EXPECT_FALSE(mark_in_use(scratch / "record"));
  EXPECT_FALSE(is_in_use(scratch / "record"));
  create_file(scratch / "record", "first", 0600);
  EXPECT_FALSE(is_in_use(scratch / "record"));
  auto mark = mark_in_use(scratch / "record");
  auto second_mark = mark_in_use(scratch / "record");
  Fd copy(dup(mark->get()));
  mark.reset();
  EXPECT_TRUE(is_in_use(scratch / "record"));
  second_mark.reset();
  EXPECT_TRUE(is_in_use(scratch / "record"));
  copy.reset();
  EXPECT_FALSE(is_in_use(scratch / "record"));
}

TEST(Locks, AMarkIsNotWaitedForForever) {
  const ScratchDirectory scratch;
  create_file(scratch / "record", "first", 0600);
  const Fd held(open((scratch / "record").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(held.get(), LOCK_EX), 0);
  EXPECT_THROW(mark_in_use(scratch / "record", 20ms), LockHeld);
}

}  // namespace
}  // namespace rxlease::kernel
