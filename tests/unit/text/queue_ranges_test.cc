// SPDX-License-Identifier: Apache-2.0
#include "text/queue_ranges.h"

#include <gtest/gtest.h>

namespace rxlease::text {
namespace {

TEST(QueueRanges, AreWrittenAsBrieflyAsCanBe) {
  EXPECT_EQ(ids_to_string({}), "[]");
  EXPECT_EQ(ids_to_string({7}), "[7]");
  EXPECT_EQ(ids_to_string({1, 2, 4, 8, 9, 10}), "[1-2, 4, 8-10]");
}

TEST(QueueRanges, AreReadAsTwoNumbers) {
  const auto range = parse_range("8-15");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 8U);
  EXPECT_EQ(range->last, 15U);
  for (const char* text : {"", "8", "8-", "-15", "8-15x", "8 - 15", "8-4294967296"}) {
    EXPECT_FALSE(parse_range(text)) << text;
  }
}

}  // namespace
}  // namespace rxlease::text
