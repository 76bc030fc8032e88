// SPDX-License-Identifier: Apache-2.0
//
// Flow rules and RSS contexts come back with the NIC. Failures of the NIC meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ethtool/rss_contexts.h"
#include "tests/system/fixture/nic/steering_nic.h"
#include "tests/system/heal/healing_node.h"

namespace rxlease::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SteeringHealing : public HealingNode {
 protected:
  SteeringHealing() : HealingNode(std::make_unique<SteeringNic>()) {
    configure({"{ name: rxq, selectors: { interfaces: [" + nic->ifname() +
               "] }, queues: { ids: [5-7] }, rss: keep, headerSplit: false }"},
              "rescanSeconds: 3600\n");
  }

  const SteeringNic& steering_nic() const { return static_cast<const SteeringNic&>(*nic); }
  std::size_t contexts() const {
    return kernel::RssContexts::open(host().generic())->rss_get_dump(nic->ifindex()).size();
  }
  nlohmann::json steered() const { return pair({{"steering", {{{"protocol", "tcp"}, {"dstPort", 5201}}}}}); }
  void replug() { nic = std::make_unique<SteeringNic>(); }
};

TEST_F(SteeringHealing, BringsRulesAndContextBack) {
  start();
  const auto conf = network({6, 7}, steered());
  const auto result = add({6, 7}, steered());
  const auto before = steering_nic().rules();
  ASSERT_THAT(before, testing::SizeIs(2));
  unplug();
  replug();
  ASSERT_TRUE(has_generation(7, 2));
  EXPECT_EQ(steering_nic().rules(), before);
  EXPECT_EQ(contexts(), 2U);
  EXPECT_TRUE(succeeded(runtime.check(named(pod), conf, result)));
  EXPECT_TRUE(succeeded(runtime.del(named(pod), conf)));
  EXPECT_THAT(steering_nic().rules(), IsEmpty());
  EXPECT_EQ(contexts(), 1U);
}

// The NIC has never gone, and still has the rules.
TEST_F(SteeringHealing, MakesNoRuleTwiceWhereOnlyTheNetkitWent) {
  start();
  add({7}, steered());
  const auto before = steering_nic().rules();
  kernel::Links(pod.netns().route()).dellink(pod.link("rxq0")->ifindex());
  ASSERT_TRUE(has_generation(7, 2));
  EXPECT_EQ(steering_nic().rules(), before);
}

TEST_F(SteeringHealing, UndoesAnAttemptThatFailsAndTriesAgain) {
  start();
  add({7}, steered());
  steering_nic().set("fail/rule_insert", "5");
  kernel::Links(pod.netns().route()).dellink(pod.link("rxq0")->ifindex());
  EXPECT_TRUE(logs({"shop/web-0", "could not be healed, and is tried again", "EIO"}));
  EXPECT_TRUE(watch->shows(health({7})));
  EXPECT_EQ(lease(7)->generation, 1U);
  steering_nic().set("fail/rule_insert", "0");
  EXPECT_TRUE(has_generation(7, 2));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_THAT(steering_nic().rules(), testing::SizeIs(2));
  EXPECT_THAT(metrics(), HasSubstr(R"(rxlease_heals_total{outcome="failed"})"));
}

}  // namespace
}  // namespace rxlease::tests
