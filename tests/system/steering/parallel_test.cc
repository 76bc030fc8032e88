// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>

#include "tests/system/steering/steering_node.h"

namespace rxlease::tests {
namespace {

// Whether the driver chooses the locations of rules. Where it does not, two plugins that choose the same
// would replace each other's rule.
class SteeringAtOnce : public SteeringNode, public testing::WithParamInterface<bool> {
 protected:
  SteeringAtOnce() { steering_nic.set("rules_need_location", GetParam() ? "N" : "Y"); }
  ~SteeringAtOnce() override { steering_nic.set("rules_need_location", "N"); }
};

TEST_P(SteeringAtOnce, OfFourPodsIsKeptApart) {
  constexpr std::uint32_t pods = 4;
  const auto before = snapshot();
  std::vector<std::unique_ptr<Pod>> all;
  for (std::uint32_t i = 0; i < pods; ++i) all.push_back(std::make_unique<Pod>());
  const auto conf = [&](std::uint32_t i) {
    return steered({2 * i, 2 * i + 1}, {tcp_5201, {{"protocol", "udp"}, {"dstPort", "6000-6001"}}});
  };
  for (int round = 0; round < 5; ++round) {
    for (const auto* verb : {"ADD", "DEL"}) {
      std::vector<ChildProcess> children;
      for (std::uint32_t i = 0; i < pods; ++i)
        children.push_back(runtime.start(verb, all[i]->attachment(), conf(i)));
      for (auto& child : children) EXPECT_TRUE(succeeded(Runtime::finish(std::move(child))));
      if (verb == std::string("DEL")) continue;
      EXPECT_EQ(steering_nic.rules().size(), 4 * pods);
      std::set<std::uint32_t> queues;
      for (std::uint32_t number = 1; number <= pods; ++number) {
        EXPECT_EQ(context(number).size(), 2U);
        queues.merge(context(number));
      }
      EXPECT_EQ(queues.size(), 2 * pods);
    }
    EXPECT_EQ(before, snapshot());
  }
}

INSTANTIATE_TEST_SUITE_P(Locations, SteeringAtOnce, testing::Bool(),
                         [](const auto& instance) { return instance.param ? "OfTheDriver" : "OfThePlugin"; });

}  // namespace
}  // namespace rxlease::tests
