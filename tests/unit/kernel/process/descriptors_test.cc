// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace rxlease::kernel {
namespace {

// In a process of its own, since a hard limit does not come back.
TEST(DescriptorLimit, IsRaisedToTheHardOne) {
  const rlimit low{100, 200};
  EXPECT_EXIT(
      {
        setrlimit(RLIMIT_NOFILE, &low);
        const bool was_low = descriptor_limit() == 100;
        raise_descriptor_limit();
        _exit(was_low && descriptor_limit() == 200 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rxlease::kernel
