// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "kernel/error.h"
#include "kernel/files.h"
#include "tests/ends_within.h"
#include "tests/unit/deviceplugin/names.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::pools {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

TEST(Selects, AnAlternativeNameIsAsGoodAsTheFirst) {
  config::Selectors selectors;
  selectors.interfaces = {"storage*"};
  auto details = nic("a", 8);
  EXPECT_FALSE(selects(selectors, details));
  details.altnames = {"enx0011", "storage-of-rack-seven"};
  EXPECT_TRUE(selects(selectors, details));
  selectors.drivers = {"bnxt_en"};
  EXPECT_FALSE(selects(selectors, details));
}

TEST(Selects, ANicWithoutNumaNodeMatchesNone) {
  config::Selectors selectors;
  selectors.numa_nodes = {0};
  auto details = nic("a", 8);
  details.numa_node.reset();
  EXPECT_FALSE(selects(selectors, details));
}

class SelectionTest : public testing::Test {
 protected:
  using Nics = std::vector<kernel::NicDetails>;

  // The ids of the pool's queues; those that pods have are in `held`.
  std::vector<std::string> choose(const config::Pool& pool, const Nics& nics) {
    std::vector<std::string> ids;
    for (const auto& queue :
         selection_->choose(pool, nics, [&](const auto& id) { return held.contains(id); })) {
      ids.push_back(queue.id.to_string() + (queue.is_leftover ? " until it is free" : ""));
    }
    return ids;
  }
  void restart() { selection_.emplace(scratch_.path()); }

  std::set<kernel::DeviceId> held;

 private:
  tests::ScratchDirectory scratch_;
  std::optional<Selection> selection_{std::in_place, scratch_.path()};
};

TEST_F(SelectionTest, TakesTheHighestQueuesAndLeavesTheFirst) {
  EXPECT_THAT(choose(pool_of(2), {nic("a", 8)}), ElementsAre("a-rx6", "a-rx7"));
  auto greedy = pool_of(9);
  greedy.name = "greedy";
  EXPECT_THAT(choose(greedy, {nic("a", 3)}), ElementsAre("a-rx1", "a-rx2"));
}

TEST_F(SelectionTest, CountsFromTheChannelsThatThePoolWants) {
  auto pool = pool_of(2);
  pool.channels = 16;
  EXPECT_THAT(choose(pool, {nic("a", 8)}), ElementsAre("a-rx14", "a-rx15"));
  pool.channels = 4;
  EXPECT_THAT(choose(pool, {nic("a", 8)}), ElementsAre("a-rx2", "a-rx3"));
}

TEST_F(SelectionTest, FollowsTheChannels) {
  EXPECT_THAT(choose(pool_of(2), {nic("a", 2)}), ElementsAre("a-rx1"));
  EXPECT_THAT(choose(pool_of(2), {nic("a", 8)}), ElementsAre("a-rx6", "a-rx7"));
  EXPECT_THAT(choose(pool_of(2), {nic("a", 4)}), ElementsAre("a-rx2", "a-rx3"));
}

TEST_F(SelectionTest, StaysWhileTheNicIsUnplugged) {
  choose(pool_of(2), {nic("a", 8)});
  EXPECT_THAT(choose(pool_of(2), {}), ElementsAre("a-rx6", "a-rx7"));
  restart();
  EXPECT_THAT(choose(pool_of(2), {}), ElementsAre("a-rx6", "a-rx7"));
}

TEST_F(SelectionTest, IsMadeAnewForASmallerNicInTheSameSlot) {
  choose(pool_of(2), {nic("a", 8)});
  choose(pool_of(2), {});
  auto smaller = nic("a", 4);
  smaller.nic.ifindex = 3;
  EXPECT_THAT(choose(pool_of(2), {smaller}), ElementsAre("a-rx2", "a-rx3"));
}

TEST_F(SelectionTest, KeepsAQueueThatAPodHasUntilItIsFree) {
  choose(pool_of(2), {nic("a", 8)});
  held = {{"a", 6}};
  EXPECT_THAT(choose(pool_of(2), {nic("a", 16)}), ElementsAre("a-rx6 until it is free", "a-rx14", "a-rx15"));
  restart();
  EXPECT_THAT(choose(pool_of(2), {nic("a", 16)}), ElementsAre("a-rx6 until it is free", "a-rx14", "a-rx15"));
  EXPECT_THAT(choose(pool_of(2), {nic("a", 8)}), ElementsAre("a-rx6", "a-rx7"))
      << "a queue that is chosen again is no leftover";
  choose(pool_of(2), {nic("a", 16)});
  held.clear();
  EXPECT_THAT(choose(pool_of(2), {nic("a", 16)}), ElementsAre("a-rx14", "a-rx15"));
}

TEST_F(SelectionTest, LeavesANicThatItsSelectorsNoLongerMatch) {
  auto pool = pool_of(2);
  pool.selectors.drivers.clear();
  pool.selectors.interfaces = {"enp*"};
  choose(pool, {nic("a", 8)});
  auto renamed = nic("a", 8);
  renamed.nic.ifname = "wan0";
  held = {{"a", 7}};
  EXPECT_THAT(choose(pool, {renamed}), ElementsAre("a-rx7 until it is free"));
  held.clear();
  EXPECT_THAT(choose(pool, {renamed}), IsEmpty());
}

// Some drivers give phys_port_name only after the NIC was seen without.
TEST_F(SelectionTest, FollowsANicThatGetsTheNameOfItsPortLate) {
  EXPECT_THAT(choose(pool_of(2), {nic("a", 8)}), ElementsAre("a-rx6", "a-rx7"));
  EXPECT_THAT(choose(pool_of(2), {nic("a.p0", 8)}), ElementsAre("a.p0-rx6", "a.p0-rx7"));
  EXPECT_THAT(choose(pool_of(2), {}), ElementsAre("a.p0-rx6", "a.p0-rx7"));
}

TEST_F(SelectionTest, KnowsTheNicOfAQueueByItsPresentName) {
  const tests::ScratchDirectory scratch;
  Selection selection(scratch.path());
  const auto always = [](const auto&) { return true; };
  selection.choose(pool_of(1), {nic("a", 8)}, always);
  const auto chosen = selection.choose(pool_of(1), {nic("a.p0", 8)}, always);
  ASSERT_EQ(chosen.size(), 2U);
  EXPECT_EQ(chosen[0].id.to_string(), "a-rx7");
  EXPECT_EQ(chosen[0].present_id(), chosen[1].id);
  EXPECT_TRUE(selection.remembers(pool_of(1), {"a.p0", "enp1s0", 2}));
  EXPECT_TRUE(selection.remembers(pool_of(1), {"another name", "enp1s0", 2}));
  EXPECT_FALSE(selection.remembers(pool_of(1), {"b", "enp2s0", 3}));
}

TEST_F(SelectionTest, IsMadeAnewWhenThePoolIsConfiguredDifferently) {
  choose(pool_of(2), {nic("a", 8)});
  EXPECT_THAT(choose(pool_of(3), {nic("a", 8)}), ElementsAre("a-rx5", "a-rx6", "a-rx7"));
  held = {{"a", 5}};
  EXPECT_THAT(choose(pool_of(1), {nic("a", 8)}), ElementsAre("a-rx5 until it is free", "a-rx7"));
}

TEST(Selection, AsksOnlyAboutQueuesThatCouldLeave) {
  const tests::ScratchDirectory scratch;
  Selection selection(scratch.path());
  std::vector<kernel::DeviceId> asked;
  const auto ask = [&](const kernel::DeviceId& id) {
    asked.push_back(id);
    return false;
  };
  selection.choose(pool_of(2), {nic("a", 8)}, ask);
  selection.choose(pool_of(2), {nic("a", 8)}, ask);
  selection.choose(pool_of(2), {}, ask);
  EXPECT_THAT(asked, IsEmpty());
  selection.choose(pool_of(2), {nic("a", 7)}, ask);
  EXPECT_THAT(names(asked), ElementsAre("a-rx7"));
}

TEST(Selection, OfAPersonShowsWhatTheDaemonHasChosen) {
  const tests::ScratchDirectory scratch;
  Selection of_daemon(scratch.path());
  Selection of_person(scratch.path(), Selection::Memory::read_only);
  const auto never = [](const auto&) { return false; };
  of_daemon.choose(pool_of(1), {nic("a", 8)}, never);
  of_daemon.choose(pool_of(1), {nic("a", 16)}, [](const auto&) { return true; });
  EXPECT_EQ(of_person.choose(pool_of(1), {nic("a", 16)}, never).size(), 2U) << "the daemon knows more";
  of_daemon.choose(pool_of(1), {nic("a", 16)}, never);
  EXPECT_EQ(of_person.choose(pool_of(1), {nic("a", 16)}, never).size(), 1U);
}

// The next scan tries again.
TEST(Selection, IsNotMadeWhenItCannotBeSaved) {
  const tests::ScratchDirectory scratch;
  Selection selection(scratch.path());
  const auto never = [](const auto&) { return false; };
  selection.choose(pool_of(1), {nic("a", 8)}, never);
  std::filesystem::remove(scratch / "pools.json");
  std::filesystem::create_directory(scratch / "pools.json");
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(selection.choose(pool_of(1), {nic("a", 16)}, never), kernel::KernelError);
  }
}

TEST(Selection, ReadsTheFileOfAnEarlierDaemon) {
  const tests::ScratchDirectory scratch;
  const auto never = [](const auto&) { return false; };
  Selection(scratch.path()).choose(pool_of(1), {nic("a", 8)}, never);
  auto file = nlohmann::json::parse(*kernel::read_file(scratch / "pools.json"));
  file["rxq"]["nics"] = {{"a", {7}}};
  std::ofstream(scratch / "pools.json") << file;
  const auto chosen = Selection(scratch.path()).choose(pool_of(1), {}, never);
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].id.to_string(), "a-rx7");
}

TEST(Selection, BeginsAgainWhenItsFileIsOfAnotherKind) {
  const tests::EndsWithin limit(20);
  const tests::ScratchDirectory scratch;
  ASSERT_EQ(mkfifo((scratch / "pools.json").c_str(), 0600), 0);
  for (int i = 0; i < 2; ++i) {
    Selection selection(scratch.path());
    const auto chosen = selection.choose(pool_of(1), {nic("a", 8)}, [](const auto&) { return false; });
    ASSERT_EQ(chosen.size(), 1U);
    EXPECT_EQ(chosen[0].id.to_string(), "a-rx7");
  }
  EXPECT_TRUE(std::filesystem::is_regular_file(scratch / "pools.json"));
}

TEST(Selection, BeginsAgainWhenItsFileIsBroken) {
  const tests::ScratchDirectory scratch;
  for (const char* text : {"", "{", "[]", R"({"rxq": 1})", R"({"rxq": {"specification": 1, "nics": {}}})",
                           R"({"rxq": {"specification": "", "nics": {"b": 7}}})"}) {
    std::ofstream(scratch / "pools.json") << text;
    Selection selection(scratch.path());
    const auto chosen = selection.choose(pool_of(1), {nic("a", 8)}, [](const auto&) { return true; });
    ASSERT_EQ(chosen.size(), 1U) << text;
    EXPECT_EQ(chosen[0].id.to_string(), "a-rx7") << text;
  }
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
