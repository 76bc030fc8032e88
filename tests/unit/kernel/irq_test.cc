// SPDX-License-Identifier: Apache-2.0
#include "kernel/irq.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace rxlease::kernel {
namespace {

TEST(CpuList, IsAsTheKernelWritesIt) {
  EXPECT_EQ(cpu_list({}), "");
  EXPECT_EQ(cpu_list({5}), "5");
  EXPECT_EQ(cpu_list({0, 1}), "0-1");
  EXPECT_EQ(cpu_list({12, 0, 3, 2, 1, 8, 9}), "0-3,8-9,12");
}

TEST(IrqAffinity, IsNotThereWithoutTheInterrupt) {
  EXPECT_FALSE(irq_affinity(UINT32_MAX));
}

}  // namespace
}  // namespace rxlease::kernel
