// SPDX-License-Identifier: Apache-2.0
//
// What was steered, when somebody else has been there before DEL.
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/flow_match.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/steering/steering_node.h"

namespace rxlease::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SteeringGone : public SteeringNode {
 protected:
  Answer del() const { return runtime.del(pod.attachment(), conf); }

  const nlohmann::json conf = steered({6, 7});
};

TEST_F(SteeringGone, RulesAndContextThatSomebodyRemoved) {
  const auto before = snapshot();
  attached(conf);
  ASSERT_TRUE(table().remove(0));
  EXPECT_TRUE(succeeded(del()));
  EXPECT_EQ(before, snapshot());
  attached(conf);
  ASSERT_TRUE(table().remove(0));
  ASSERT_TRUE(table().remove(1));
  ASSERT_TRUE(kernel::RssContexts::open(host().generic())->rss_delete_act(nic.ifindex(), 1));
  EXPECT_TRUE(succeeded(del()));
  EXPECT_TRUE(succeeded(del()));
  EXPECT_EQ(before, snapshot());
}

TEST_F(SteeringGone, NotARuleThatSomebodyPutInTheirPlace) {
  attached(conf);
  ASSERT_TRUE(table().remove(0));
  const kernel::FlowRule foreign{to_host(kernel::Protocol::udp, "10.22.0.2", {53, 0xffff}), {1, {}}};
  ASSERT_EQ(table().insert(foreign), 0U);
  EXPECT_TRUE(succeeded(del()));
  EXPECT_THAT(steering_nic.rules(), ElementsAre("udp4 dst-ip 10.22.0.2 dst-port 53 to queue 1"));
  EXPECT_THAT(context(1), IsEmpty());
  EXPECT_TRUE(table().remove(0));
}

// The pod's new sandbox has the same flow to the same queue before the old one's DEL.
TEST_F(SteeringGone, TheSandboxWhoseRulesItsSuccessorHas) {
  const nlohmann::json to_mac{{"dstMac", "02:00:00:00:00:07"}};
  for (const auto& queues : {std::vector<std::uint32_t>{7}, std::vector<std::uint32_t>{6, 7}}) {
    auto network = leasing(queues, {{"pairing", "single"}, {"steering", nlohmann::json::array({to_mac})}});
    Pod old, next;
    auto of_old = old.attachment(), of_next = next.attachment();
    of_old.args = of_next.args = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=4f1e";
    ASSERT_TRUE(succeeded(runtime.add(of_old, network)));
    old.remove();
    const auto answer = runtime.add(of_next, network);
    ASSERT_TRUE(succeeded(answer));
    const auto rules = steering_nic.rules();
    EXPECT_EQ(rules.size(), 1U);
    EXPECT_TRUE(succeeded(runtime.del(of_old, network)));
    EXPECT_EQ(steering_nic.rules(), rules);
    EXPECT_TRUE(succeeded(runtime.check(of_next, network, answer.object)));
    EXPECT_TRUE(succeeded(runtime.del(of_next, network)));
    EXPECT_THAT(steering_nic.rules(), IsEmpty());
    EXPECT_THAT(context(1), IsEmpty());
  }
}

// Whose rules those are only the record could tell, so they are named, and nothing is done behind their back.
TEST_F(SteeringGone, TheRecord) {
  const auto before = snapshot();
  attached(conf);
  const auto record = runtime.state_directory() + "/attachments/" + pod.name() + "@eth0";
  ASSERT_EQ(truncate(record.c_str(), 0), 0);
  const auto steered = snapshot();
  EXPECT_TRUE(failed(del(), 11, {"flow rule at location 0 of " + nic.ifname(), "cannot be read"},
                     {"ethtool -N " + nic.ifname() + " delete 0"}));
  EXPECT_EQ(steered, snapshot());
  ASSERT_TRUE(table().remove(0));
  ASSERT_TRUE(table().remove(1));
  EXPECT_TRUE(failed(del(), 11, {"RSS context 1 of " + nic.ifname()},
                     {"ethtool -X " + nic.ifname() + " context 1 delete"}));
  ASSERT_TRUE(kernel::RssContexts::open(host().generic())->rss_delete_act(nic.ifindex(), 1));
  EXPECT_TRUE(succeeded(del()));
  EXPECT_EQ(before, snapshot());
}

TEST_F(SteeringGone, TheNic) {
  attached(conf);
  nic.unplug();
  EXPECT_TRUE(succeeded(del()));
  EXPECT_TRUE(runtime.files().empty());
}

TEST_F(SteeringGone, TheNicButForAnotherInItsPlace) {
  attached(conf);
  const auto rule = table().list().at(0);
  nic.unplug();
  const SteeringNic later;
  const auto contexts = *kernel::RssContexts::open(host().generic());
  contexts.rss_create_act(later.ifindex(), 1, kernel::Rss::spread({6, 7}, 2));
  kernel::FlowRules(host(), later.ifname()).insert(rule);
  EXPECT_TRUE(succeeded(del()));
  EXPECT_EQ(later.rules().size(), 1U) << "whose it is we do not know";
}

TEST_F(SteeringGone, TheNamespace) {
  const auto before = steering_nic.rules();
  attached(conf);
  pod.remove();
  ASSERT_TRUE(eventually([&] { return nic.leases().empty(); }));
  EXPECT_EQ(steering_nic.rules().size(), 2U);
  EXPECT_TRUE(succeeded(del()));
  EXPECT_THAT(steering_nic.rules(), IsEmpty());
  EXPECT_THAT(context(1), IsEmpty());
}

TEST_F(SteeringGone, ThePodThatGcDoesNotKnow) {
  const auto before = snapshot();
  attached(conf);
  EXPECT_TRUE(succeeded(runtime.gc(conf, {pod.attachment()})));
  EXPECT_EQ(steering_nic.rules().size(), 2U);
  EXPECT_TRUE(succeeded(runtime.gc(conf, {})));
  EXPECT_EQ(before, snapshot());
}

TEST_F(SteeringGone, NotTheContextWhileSomebodyElsesRuleUsesIt) {
  attached(conf);
  const auto location = table().insert({to_host(kernel::Protocol::udp, "10.9.9.9", {1, 0xffff}), {0, 1}});
  EXPECT_TRUE(failed(del(), 11, {"RSS context 1 of " + nic.ifname(), "EBUSY"}, {"ethtool -n"}));
  ASSERT_TRUE(table().remove(location));
  EXPECT_TRUE(succeeded(del()));
  EXPECT_THAT(context(1), IsEmpty());
}

}  // namespace
}  // namespace rxlease::tests
