// SPDX-License-Identifier: Apache-2.0
//
// Small files where the programs keep them, on a tmpfs, and where the kernel shows its own. What holds on any
// file system: tests/unit/kernel/files_test.cc.
#include "kernel/files.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "tests/system/fixture/refused.h"
#include "tests/system/fixture/simulated_nic.h"

namespace rxlease::tests {
namespace {

const std::string state = "/run/rxlease-files-test";

class FilesInRun : public testing::Test {
 protected:
  FilesInRun() { kernel::make_directory(state, 0700); }
  ~FilesInRun() override { std::filesystem::remove_all(state); }
};

TEST_F(FilesInRun, AreMadeOnceAndReplacedAtWill) {
  const auto path = state + "/record";
  EXPECT_TRUE(kernel::create_file(path, "one", 0600));
  EXPECT_FALSE(kernel::create_file(path, "two", 0600));
  kernel::replace_file(path, "three", 0600);
  EXPECT_EQ(kernel::read_file(path), "three");
  EXPECT_TRUE(kernel::remove_file(path));
  EXPECT_TRUE(std::filesystem::is_empty(state));
}

TEST(FilesOfTheKernel, KeepTheirIdentityWhenWritten) {
  const SimulatedNic nic;
  const auto path = "/sys/class/net/" + nic.ifname() + "/ifalias";
  kernel::write_in_place(path, "uplink");
  EXPECT_EQ(kernel::read_file(path), "uplink\n");
}

TEST(FilesOfTheKernel, AreNotMadeByAnyoneElse) {
  EXPECT_TRUE(refused([] { kernel::write_in_place("/sys/class/net/lo/abacus", "1"); }, ENOENT));
  EXPECT_TRUE(refused([] { kernel::create_file("/proc/abacus", "1", 0600); }, EOPNOTSUPP));
}

// mkdir in /proc says ENOENT although the parent is there.
TEST(FilesOfTheKernel, TakeNoDirectories) {
  EXPECT_TRUE(refused([] { kernel::make_directory("/proc/abacus", 0700); }, ENOENT));
  EXPECT_TRUE(refused([] { kernel::make_directory("/proc/abacus/beads", 0700); }, ENOENT));
}

}  // namespace
}  // namespace rxlease::tests
