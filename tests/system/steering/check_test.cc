// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/system/steering/steering_node.h"

namespace rxlease::tests {
namespace {

class SteeringCheck : public SteeringNode {
 protected:
  testing::AssertionResult finds(const std::vector<std::string>& problems) const {
    return failed(runtime.check(pod.attachment(), conf, result), 101, problems, {"delete the pod"});
  }

  nlohmann::json conf = steered({6, 7});
  nlohmann::json result = attached(conf);
};

TEST_F(SteeringCheck, FindsNothingRightAfterAdd) {
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), conf, result)));
}

TEST_F(SteeringCheck, FindsARuleThatIsGone) {
  ASSERT_TRUE(table().remove(0));
  EXPECT_TRUE(finds(
      {"flow rule tcp4 dst-ip 10.22.0.2 dst-port 5201 to RSS context 1 on " + nic.ifname() + " is gone"}));
}

TEST_F(SteeringCheck, FindsAnotherRuleInItsPlace) {
  auto rule = table().list().at(1);
  ASSERT_TRUE(table().remove(1));
  rule.target = {3, std::nullopt};
  ASSERT_EQ(table().insert(rule), 1U);
  EXPECT_TRUE(finds({"flow rule tcp6 dst-ip fd22::2 dst-port 5201 to RSS context 1"}));
}

TEST_F(SteeringCheck, FindsAContextThatIsGone) {
  ASSERT_TRUE(table().remove(0));
  ASSERT_TRUE(table().remove(1));
  ASSERT_TRUE(kernel::RssContexts::open(host().generic())->rss_delete_act(nic.ifindex(), 1));
  EXPECT_TRUE(finds({"flow rule tcp4", "flow rule tcp6", "RSS context 1 on " + nic.ifname() + " is gone"}));
}

}  // namespace
}  // namespace rxlease::tests
