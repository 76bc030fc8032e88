// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/allocate/preferred_allocation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/names.h"

namespace rxlease::deviceplugin::allocate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

kernel::DeviceId id(const std::string& text) {
  return *kernel::DeviceId::parse(text);
}

std::vector<Candidate> on(const std::string& nic, std::optional<int> numa_node,
                          std::vector<std::uint32_t> queues) {
  std::vector<Candidate> list;
  for (const auto queue : queues) list.push_back({{nic, queue}, numa_node});
  return list;
}

std::vector<Candidate> both(std::vector<Candidate> a, const std::vector<Candidate>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Prefer, TakesAllOfOneNic) {
  const auto available = both(on("a", 0, {7}), on("b", 0, {6, 7}));
  EXPECT_THAT(names(prefer(available, {}, 2)), UnorderedElementsAre("b-rx6", "b-rx7"));
}

TEST(Prefer, TakesTheNicWhereFewestAreLeftOver) {
  const auto available = both(on("a", 0, {4, 5, 6, 7}), on("b", 0, {6, 7}));
  EXPECT_THAT(names(prefer(available, {}, 2)), UnorderedElementsAre("b-rx6", "b-rx7"));
}

TEST(Prefer, KeepsLongRunsWhole) {
  EXPECT_THAT(names(prefer(on("a", 0, {1, 2, 3, 4, 9, 10}), {}, 2)), ElementsAre("a-rx9", "a-rx10"));
}

TEST(Prefer, JoinsFragmentsOnlyWhereItMust) {
  EXPECT_THAT(names(prefer(on("a", 0, {1, 2, 5, 9}), {}, 3)),
              UnorderedElementsAre("a-rx1", "a-rx2", "a-rx5"));
}

TEST(Prefer, GivesWhatIsRequiredAndStaysOnItsNic) {
  const auto available = both(on("a", 0, {7}), on("b", 1, {4, 5, 6}));
  EXPECT_THAT(names(prefer(available, {id("b-rx5")}, 2)), ElementsAre("b-rx5", testing::StartsWith("b-rx")));
}

TEST(Prefer, GoesToTheSameNumaNodeWhenOneNicIsNotEnough) {
  const auto available = both(on("a", 0, {6, 7}), both(on("b", 1, {5, 6, 7}), on("c", 0, {7})));
  const auto chosen = names(prefer(available, {id("a-rx6"), id("a-rx7")}, 3));
  EXPECT_THAT(chosen, ElementsAre("a-rx6", "a-rx7", "c-rx7"));
}

TEST(Prefer, GivesAllThereIsWhenThatIsTooLittle) {
  EXPECT_THAT(names(prefer(on("a", 0, {7}), {}, 2)), ElementsAre("a-rx7"));
  EXPECT_THAT(prefer({}, {}, 2), IsEmpty());
}

TEST(Prefer, TakesADeviceNamedTwiceOnce) {
  EXPECT_THAT(names(prefer(both(on("a", 0, {7}), on("a", 0, {7})), {}, 2)), ElementsAre("a-rx7"));
}

TEST(Prefer, TakesWhatIsNotFreeLast) {
  auto available = on("a", 0, {5, 6, 7});
  available[0].is_free = available[1].is_free = false;
  EXPECT_THAT(names(prefer(available, {}, 1)), ElementsAre("a-rx7"));
  EXPECT_THAT(names(prefer(available, {}, 2)), ElementsAre("a-rx7", testing::StartsWith("a-rx")));
  EXPECT_THAT(names(prefer(available, {}, 3)), UnorderedElementsAre("a-rx5", "a-rx6", "a-rx7"));
  EXPECT_THAT(names(prefer(available, {id("a-rx5")}, 2)), ElementsAre("a-rx5", "a-rx7"));
  const auto of_two = both(available, on("b", 0, {7}));
  EXPECT_THAT(names(prefer(of_two, {}, 2)), UnorderedElementsAre("a-rx7", "b-rx7"));
}

TEST(Prefer, DoesNotDependOnTheOrder) {
  auto available = both(on("a", 0, {1, 2, 3, 8}), on("b", 0, {4, 5}));
  const auto chosen = names(prefer(available, {}, 2));
  std::reverse(available.begin(), available.end());
  EXPECT_EQ(names(prefer(available, {}, 2)), chosen);
}

}  // namespace
}  // namespace rxlease::deviceplugin::allocate
