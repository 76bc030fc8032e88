// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/ends_within.h"
#include "tests/unit/deviceplugin/names.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::pools {
namespace {

using testing::ElementsAre;

kernel::NicDetails nic(const std::string& name, std::uint32_t rx_queues) {
  kernel::NicDetails details;
  details.nic = {name, "enp1s0", 2};
  details.parent = "0000:0a:00.0";
  details.bus = "pci";
  details.driver = "mlx5_core";
  details.numa_node = 0;
  details.rx_queues = rx_queues;
  return details;
}

config::Pool pool_of(std::uint32_t count) {
  config::Pool pool;
  pool.name = "rxq";
  pool.selectors.drivers = {"mlx5_core"};
  pool.queues.count = count;
  return pool;
}

TEST(Selects, EveryKindThatIsGivenMustMatch) {
  config::Selectors selectors;
  selectors.interfaces = {"eth*", "enp*"};
  EXPECT_TRUE(selects(selectors, nic("a", 8)));
  selectors.drivers = {"bnxt_en"};
  EXPECT_FALSE(selects(selectors, nic("a", 8)));
  selectors.drivers = {"bnxt_en", "mlx5_core"};
  selectors.pci_addresses = {"0000:0a:00.0"};
  selectors.numa_nodes = {0};
  EXPECT_TRUE(selects(selectors, nic("a", 8)));
  selectors.numa_nodes = {1};
  EXPECT_FALSE(selects(selectors, nic("a", 8)));
}

TEST(Selects, ANicWithoutNumaNodeMatchesNone) {
  config::Selectors selectors;
  selectors.numa_nodes = {0};
  auto details = nic("a", 8);
  details.numa_node.reset();
  EXPECT_FALSE(selects(selectors, details));
}

TEST(Selection, TakesTheHighestQueuesAndLeavesTheFirst) {
  const tests::ScratchDirectory scratch;
  Selection selection(scratch.path());
  EXPECT_THAT(names(selection.choose(pool_of(2), {nic("a", 8)})), ElementsAre("a-rx6", "a-rx7"));
  Selection greedy(scratch / "greedy");
  std::filesystem::create_directory(scratch / "greedy");
  EXPECT_THAT(names(greedy.choose(pool_of(9), {nic("a", 3)})), ElementsAre("a-rx1", "a-rx2"));
}

TEST(Selection, CountsFromTheChannelsThatThePoolWants) {
  const tests::ScratchDirectory scratch;
  Selection selection(scratch.path());
  auto pool = pool_of(2);
  pool.channels = 16;
  EXPECT_THAT(names(selection.choose(pool, {nic("a", 8)})), ElementsAre("a-rx14", "a-rx15"));
  pool.channels = 4;
  EXPECT_THAT(names(selection.choose(pool, {nic("a", 8)})), ElementsAre("a-rx2", "a-rx3"));
}

TEST(Selection, KeepsItsChoiceWhenChannelsChangeOrTheNicGoes) {
  const tests::ScratchDirectory scratch;
  Selection selection(scratch.path());
  selection.choose(pool_of(2), {nic("a", 8)});
  EXPECT_THAT(names(selection.choose(pool_of(2), {nic("a", 4)})), ElementsAre("a-rx6", "a-rx7"));
  EXPECT_THAT(names(selection.choose(pool_of(2), {nic("a", 16)})), ElementsAre("a-rx6", "a-rx7"));
  EXPECT_THAT(names(selection.choose(pool_of(2), {})), ElementsAre("a-rx6", "a-rx7"));
}

TEST(Selection, SurvivesARestart) {
  const tests::ScratchDirectory scratch;
  Selection(scratch.path()).choose(pool_of(2), {nic("a", 8)});
  EXPECT_THAT(names(Selection(scratch.path()).choose(pool_of(2), {nic("a", 4)})),
              ElementsAre("a-rx6", "a-rx7"));
}

TEST(Selection, IsMadeAnewWhenThePoolIsConfiguredDifferently) {
  const tests::ScratchDirectory scratch;
  Selection selection(scratch.path());
  selection.choose(pool_of(2), {nic("a", 8)});
  EXPECT_THAT(names(selection.choose(pool_of(3), {nic("a", 8)})), ElementsAre("a-rx5", "a-rx6", "a-rx7"));
}

TEST(Selection, BeginsAgainWhenItsFileIsOfAnotherKind) {
  const tests::EndsWithin limit(20);
  const tests::ScratchDirectory scratch;
  ASSERT_EQ(mkfifo((scratch / "pools.json").c_str(), 0600), 0);
  for (int i = 0; i < 2; ++i) {
    Selection selection(scratch.path());
    EXPECT_THAT(names(selection.choose(pool_of(1), {nic("a", 8)})), ElementsAre("a-rx7"));
  }
  EXPECT_TRUE(std::filesystem::is_regular_file(scratch / "pools.json"));
}

TEST(Selection, BeginsAgainWhenItsFileIsBroken) {
  const tests::ScratchDirectory scratch;
  for (const char* text : {"", "{", "[]", R"({"rxq": 1})", R"({"rxq": {"specification": 1, "nics": {}}})"}) {
    std::ofstream(scratch / "pools.json") << text;
    Selection selection(scratch.path());
    EXPECT_THAT(names(selection.choose(pool_of(1), {nic("a", 8)})), ElementsAre("a-rx7")) << text;
  }
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
