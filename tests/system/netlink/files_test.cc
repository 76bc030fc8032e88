// SPDX-License-Identifier: Apache-2.0
//
// Small files where the programs keep them, on a tmpfs, and where the kernel shows its own. What holds on any
// file system: tests/unit/kernel/files_test.cc.
#include "kernel/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <filesystem>

#include "kernel/fd.h"
#include "kernel/nic.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/refused.h"

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

// Whoever takes all for gone releases it, or offers a queue that a pod has. Here and not among the unit
// tests, since a sanitizer needs descriptors too.
TEST_F(FilesInRun, AreNotTakenForAbsentForWantOfADescriptor) {
  kernel::create_file(state + "/record", "", 0600);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto none_left = static_cast<rlim_t>(kernel::Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get());
  const rlimit few{none_left, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_TRUE(refused([] { kernel::list_directory(state); }, EMFILE));
  EXPECT_TRUE(refused([] { kernel::read_usable_file(state + "/record"); }, EMFILE));
  EXPECT_TRUE(refused([] { kernel::list_nics("/sys"); }, EMFILE));
  EXPECT_TRUE(refused([] { kernel::find_nic("/sys", "netdevsim1.p1"); }, EMFILE));
  setrlimit(RLIMIT_NOFILE, &before);
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
