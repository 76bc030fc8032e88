// SPDX-License-Identifier: Apache-2.0
#include "attachment/lease_file.h"

#include <gtest/gtest.h>

#include "kernel/files.h"
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

}  // namespace
}  // namespace rxlease::attachment
