// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/rss_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::prepare {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RssTable, IsTheDefaultWhereAllQueuesTakeTurns) {
  EXPECT_TRUE(is_default_table({0, 1, 2, 3, 0, 1}, 4));
  EXPECT_TRUE(is_default_table({0, 0, 0}, 1));
  EXPECT_FALSE(is_default_table({0, 1, 2, 3, 0, 1}, 8));
  EXPECT_FALSE(is_default_table({0, 1, 2, 3, 1, 0}, 4));
  EXPECT_FALSE(is_default_table({0}, 0));
}

TEST(RssTable, WithoutAPoolsQueuesIsSpreadEvenlyOverTheRest) {
  EXPECT_THAT(table_without({2, 3}, {}, 6, 4), ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(table_without({1}, {}, 7, 4), ElementsAre(0, 2, 3, 0, 2, 3, 0));
}

TEST(RssTable, KeepsTheHostsWeights) {
  // Queue 0 has twice the weight of queue 1, and keeps it.
  EXPECT_THAT(table_without({2, 3}, {0, 0, 1, 2, 3, 3}, 6, 4), ElementsAre(0, 0, 1, 0, 0, 1));
  // What names none of the pool's queues stays as it is.
  EXPECT_THAT(table_without({2, 3}, {1, 0, 0, 1}, 4, 4), ElementsAre(1, 0, 0, 1));
}

TEST(RssTable, ThatNamesOnlyThePoolsQueuesIsSpreadOverAllOthers) {
  EXPECT_THAT(table_without({2, 3}, {2, 3, 2, 3}, 4, 4), ElementsAre(0, 1, 0, 1));
}

TEST(RssTable, NamesNoQueueThatThereWillNotBe) {
  EXPECT_THAT(table_without({3}, {7, 6, 5, 0}, 4, 4), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(table_without({6}, {5, 5, 2, 1}, 4, 4), ElementsAre(2, 1, 2, 1));
}

TEST(RssTable, OfAnotherSizeIsRepeated) {
  EXPECT_THAT(table_without({3}, {1, 3}, 8, 4), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1));
}

TEST(RssTable, IsEmptyForTheDefaultAndForNoQueueAtAll) {
  EXPECT_THAT(table_without({5}, {}, 8, 4), IsEmpty()) << "the pool's queue does not exist";
  EXPECT_THAT(table_without({0, 1}, {}, 4, 2), IsEmpty());
}

}  // namespace
}  // namespace rxlease::deviceplugin::prepare
