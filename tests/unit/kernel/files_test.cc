// SPDX-License-Identifier: Apache-2.0
#include "kernel/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "kernel/error.h"
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

TEST(Files, AFileIsInUseUntilTheLastCopyOfTheMarkIsClosed) {
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

}  // namespace
}  // namespace rxlease::kernel
