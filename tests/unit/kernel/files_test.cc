// SPDX-License-Identifier: Apache-2.0
#include "kernel/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "kernel/error.h"
#include "kernel/process/locks.h"
#include "tests/ends_within.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::kernel {
namespace {

using tests::ScratchDirectory;

unsigned mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

TEST(Files, ANewFileHasItsContentAndExactlyItsMode) {
  const ScratchDirectory scratch;
  EXPECT_TRUE(create_file(scratch / "record", "whole", 0640));
  EXPECT_EQ(read_file(scratch / "record"), "whole");
  EXPECT_EQ(mode_of(scratch / "record"), 0640U);
}

TEST(Files, CreatingDoesNotTouchAFileThatIsThere) {
  const ScratchDirectory scratch;
  create_file(scratch / "record", "first", 0600);
  EXPECT_FALSE(create_file(scratch / "record", "second", 0600));
  EXPECT_EQ(read_file(scratch / "record"), "first");
}

TEST(Files, ReplacingLeavesNothingBesideTheFile) {
  const ScratchDirectory scratch;
  create_file(scratch / "record", "first", 0600);
  replace_file(scratch / "record", "second", 0600);
  EXPECT_EQ(read_file(scratch / "record"), "second");
  EXPECT_FALSE(read_file(partial_name(scratch / "record")));
}

TEST(Files, AFailedReplacementLeavesTheFileAndNoPartOfTheNewOne) {
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch / "directory");  // no file can replace it
  EXPECT_THROW(replace_file(scratch / "directory", "content", 0600), FileError);
  EXPECT_FALSE(read_file(partial_name(scratch / "directory")));
}

TEST(Files, WhatIsNotThereReadsAsNothing) {
  const ScratchDirectory scratch;
  EXPECT_FALSE(read_file(scratch / "absent"));
  EXPECT_FALSE(remove_file(scratch / "absent"));
}

TEST(Files, AFailureNamesTheCallAndThePath) {
  const ScratchDirectory scratch;
  create_file(scratch / "file", "", 0600);
  try {
    make_directory(scratch / "file/below", 0700);
    FAIL() << "a directory below a file";
  } catch (const FileError& error) {
    EXPECT_EQ(error.operation(), "mkdir " + (scratch / "file/below"));
    EXPECT_EQ(error.error(), ENOTDIR);
  }
}

TEST(Files, DirectoriesGetTheirModeAndTheirParents) {
  const ScratchDirectory scratch;
  make_directory(scratch / "a/b/c", 0700);
  EXPECT_EQ(mode_of(scratch / "a/b/c"), 0700U);
  EXPECT_EQ(mode_of(scratch / "a/b"), 0755U);
  make_directory(scratch / "a/b/c", 0755);
  EXPECT_EQ(mode_of(scratch / "a/b/c"), 0700U) << "an existing directory keeps its mode";
}

TEST(Files, OnlyARegularFileOfSoManyBytesIsRead) {
  const tests::EndsWithin limit(20);
  const ScratchDirectory scratch;
  const auto error_of = [](const std::string& path, std::size_t longest) {
    try {
      read_file(path, longest);
    } catch (const FileError& error) {
      return error.error();
    }
    return 0;
  };
  create_file(scratch / "text", "12345", 0600);
  ASSERT_EQ(mkfifo((scratch / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(error_of(scratch / "text", 5), 0);
  EXPECT_EQ(error_of(scratch / "text", 4), EFBIG);
  EXPECT_EQ(error_of(scratch / "fifo", 5), EINVAL);
  EXPECT_EQ(error_of(scratch.path(), 5), EINVAL);
  EXPECT_EQ(error_of("/dev/zero", 5), EINVAL);
  EXPECT_EQ(error_of("/proc/self/comm", 64), 0) << "the kernel's files are regular ones";
  EXPECT_FALSE(read_usable_file(scratch / "fifo"));
  EXPECT_FALSE(read_usable_file(scratch / "text", 4));
  EXPECT_EQ(read_usable_file(scratch / "text"), "12345");
}

TEST(Files, ADirectoryThatIsNotThereIsEmptyAndOneThatCannotBeReadIsNot) {
  const ScratchDirectory scratch;
  create_file(scratch / "a", "", 0600);
  make_directory(scratch / "b", 0700);
  EXPECT_THAT(list_directory(scratch.path()), testing::UnorderedElementsAre("a", "b"));
  EXPECT_TRUE(list_directory(scratch / "absent").empty());
  EXPECT_TRUE(list_directory(scratch / "a").empty()) << "a file";
  std::filesystem::create_symlink("loop", scratch / "loop");
  try {
    list_directory(scratch / "loop");
    FAIL() << "a loop of links";
  } catch (const FileError& error) {
    EXPECT_EQ(error.error(), ELOOP);
  }
}

TEST(Files, ReplacingWaitsForNothingInItsPlace) {
  const tests::EndsWithin limit(20);
  const ScratchDirectory scratch;
  ASSERT_EQ(mkfifo((scratch / "record").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo(partial_name(scratch / "record").c_str(), 0600), 0);
  EXPECT_FALSE(is_in_use(scratch / "record"));
  replace_file(scratch / "record", "whole", 0600);
  EXPECT_EQ(read_file(scratch / "record"), "whole");
}

TEST(ReplaceExistingFile, BringsNoRemovedFileBack) {
  const tests::ScratchDirectory scratch;
  EXPECT_FALSE(replace_existing_file(scratch / "file", "new", 0600));
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
  replace_file(scratch / "file", "old", 0600);
  EXPECT_TRUE(replace_existing_file(scratch / "file", "new", 0600));
  EXPECT_EQ(read_file(scratch / "file"), "new");
  EXPECT_FALSE(read_file(partial_name(scratch / "file")));
}

}  // namespace
}  // namespace rxlease::kernel
