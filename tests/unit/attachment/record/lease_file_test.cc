// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/lease_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "kernel/files.h"
#include "tests/ends_within.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::attachment {
namespace {

TEST(LeaseFile, IsRemovedByItsOwnContainerOnly) {
  const tests::ScratchDirectory scratch;
  write_lease_file(scratch.path(), {"nic-rx7", "eth0", 1, "enp10s0", 7, "pair", "4f1e"});
  const auto path = scratch / "devices/nic-rx7/lease.json";
  ASSERT_TRUE(kernel::read_file(path));
  remove_lease_file(scratch.path(), {"nic", 7}, "another");
  EXPECT_TRUE(kernel::read_file(path));
  remove_lease_file(scratch.path(), {"nic", 7}, "4f1e");
  EXPECT_FALSE(kernel::read_file(path));
  remove_lease_file(scratch.path(), {"nic", 7}, "4f1e");
}

TEST(LeaseFile, ThatIsDamagedIsRemovedByTheContainerThatHasTheDevice) {
  const tests::ScratchDirectory scratch;
  const auto path = scratch / "devices/nic-rx7/lease.json";
  std::filesystem::create_directories(scratch / "devices/nic-rx7");
  for (const auto* const text : {"", "{", "[]", "{}"}) {
    std::ofstream(path) << text;
    EXPECT_TRUE(remove_lease_file(scratch.path(), {"nic", 7}, "4f1e")) << text;
  }
  std::ofstream(path) << R"({"containerId": 5})";
  EXPECT_FALSE(remove_lease_file(scratch.path(), {"nic", 7}, "4f1e"));
}

TEST(LeaseFile, IsNoFileOfAnotherKindOrWithoutAnEnd) {
  const tests::EndsWithin limit(20);
  const tests::ScratchDirectory scratch;
  const auto path = scratch / "devices/nic-rx7/lease.json";
  std::filesystem::create_directories(scratch / "devices/nic-rx7");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(read_lease_file(path));
  EXPECT_FALSE(remove_lease_file(scratch.path(), {"nic", 7}, "4f1e"));
  EXPECT_TRUE(list_lease_files(scratch.path(), "4f1e").empty());
  write_lease_file(scratch.path(), {"nic-rx7", "eth0", 1, "enp10s0", 7, "pair", "4f1e"});
  EXPECT_TRUE(read_lease_file(path)) << "it takes the place of whatever is there";
  EXPECT_EQ(list_lease_files(scratch.path(), "4f1e").size(), 1U);
  EXPECT_TRUE(list_lease_files(scratch.path(), "another").empty());
  std::ofstream(path, std::ios::app) << std::string(2 << 20, ' ');
  EXPECT_FALSE(read_lease_file(path));
}

}  // namespace
}  // namespace rxlease::attachment
