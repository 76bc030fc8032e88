// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/config/mistake.h"

namespace rxlease::deviceplugin::config {
namespace {

class BadQueues : public testing::TestWithParam<Mistake> {};

TEST_P(BadQueues, AreExplained) {
  const auto& mistake = GetParam();
  expect_explained(
      problems_of_second("- name: rxq\n  selectors: {interfaces: [eth1]}\n  queues: " + mistake.text),
      mistake);
}

INSTANTIATE_TEST_SUITE_P(
    Queues, BadQueues,
    testing::Values(
        Mistake{"None", "{}", "5:11", "pools[1].queues", {"neither \"count\" nor \"ids\"", "count: 8"}},
        Mistake{"Both", "{count: 1, ids: [1]}", "5:11", "pools[1].queues", {"both", "keep one"}},
        Mistake{"Number", "4", "5:11", "pools[1].queues", {"4 is not a map"}},
        Mistake{"Unknown", "{number: 4}", "5:12", "pools[1].queues.number", {"no such key"}},
        Mistake{"CountZero",
                "{count: 0}",
                "5:19",
                "pools[1].queues.count",
                {"0 is out", "queues from 1 to 1023"}},
        Mistake{"CountMany", "{count: 1024}", "5:19", "pools[1].queues.count", {"1024 is out of range"}},
        Mistake{"CountText",
                "{count: x}",
                "5:19",
                "pools[1].queues.count",
                {"\"x\" is not a whole number", "use"}},
        Mistake{
            "CountList", "{count: [4]}", "5:19", "pools[1].queues.count", {"[ ... ] is not a whole number"}},
        Mistake{
            "IdsText", "{ids: 8-15}", "5:17", "pools[1].queues.ids", {"\"8-15\" is not a list", "[ ... ]"}},
        Mistake{"IdsEmpty", "{ids: []}", "5:17", "pools[1].queues.ids", {"[] holds no queue", "[8-15, 20]"}},
        Mistake{"IdZero", "{ids: [0]}", "5:18", "pools[1].queues.ids[0]", {"0 is out", "queue 0 stays"}},
        Mistake{
            "RangeFromZero", "{ids: [9, 0-3]}", "5:21", "pools[1].queues.ids[1]", {"queue 0", "begin at 1"}},
        Mistake{"IdBig", "{ids: [1024]}", "5:18", "pools[1].queues.ids[0]", {"1024 is out of range"}},
        Mistake{"RangeBig", "{ids: [1-4000000000]}", "5:18", "pools[1].queues.ids[0]", {"is out of range"}},
        Mistake{"RangeBackwards", "{ids: [15-8]}", "5:18", "pools[1].queues.ids[0]", {"backwards", "lower"}},
        Mistake{"RangeOpen", "{ids: [8-]}", "5:18", "pools[1].queues.ids[0]", {"\"8-\" is neither"}},
        Mistake{"RangeDots", "{ids: [8..15]}", "5:18", "pools[1].queues.ids[0]", {"\"8..15\"", "[8-15, 20]"}},
        Mistake{"IdText", "{ids: [all]}", "5:18", "pools[1].queues.ids[0]", {"\"all\" is neither"}},
        Mistake{"IdNull", "{ids: [~]}", "5:18", "pools[1].queues.ids[0]", {"null is not text"}},
        Mistake{"IdTwice", "{ids: [8-10, 9]}", "5:24", "pools[1].queues.ids[1]", {"9 names", "second time"}},
        Mistake{"ChannelsBelowIds",
                "{ids: [8-15]}\n  channels: 15",
                "6:13",
                "pools[1].channels",
                {"too few for queue 15", "at least 16"}}),
    name_of);

}  // namespace
}  // namespace rxlease::deviceplugin::config
