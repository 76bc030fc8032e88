// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/watches.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/scratch_directory.h"

namespace rxlease::kernel {
namespace {

namespace fs = std::filesystem;

class WatchesTest : public testing::Test {
 protected:
  WatchesTest() { fs::create_directory(directory); }

  // Whether a new file in the directory is noticed.
  bool notices_a_file() {
    watches.drain();
    std::ofstream(fs::path(directory) / std::to_string(++files_)).put('x');
    pollfd news{watches.fd(), POLLIN, 0};
    return poll(&news, 1, 0) == 1;
  }

  tests::ScratchDirectory scratch;
  const std::string directory = scratch / "watched";
  Watches watches;

 private:
  int files_ = 0;
};

TEST_F(WatchesTest, NoticeAFile) {
  EXPECT_TRUE(watches.watch(directory));
  EXPECT_TRUE(notices_a_file());
  EXPECT_FALSE(watches.watch(scratch / "nothing"));
}

TEST_F(WatchesTest, FollowADirectoryThatWasRemovedAndMadeAnew) {
  watches.watch(directory);
  fs::remove(directory);
  fs::create_directory(directory);
  EXPECT_TRUE(watches.watch(directory)) << "before anybody has read the events";
  EXPECT_TRUE(notices_a_file());
}

TEST_F(WatchesTest, FollowADirectoryThatWasMovedAway) {
  watches.watch(directory);
  fs::rename(directory, scratch / "away");
  EXPECT_GT(watches.drain(), 0U);
  EXPECT_FALSE(watches.watch(directory));
  fs::create_directory(directory);
  EXPECT_TRUE(watches.watch(directory));
  EXPECT_TRUE(notices_a_file());
}

}  // namespace
}  // namespace rxlease::kernel
