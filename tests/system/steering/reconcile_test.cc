// SPDX-License-Identifier: Apache-2.0
//
// What the daemon does about the flow rules of pods that went away without a DEL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ethtool/flow_rules.h"
#include "kernel/ethtool/rss_contexts.h"
#include "kernel/netlink/neighbors.h"
#include "tests/system/daemon/daemon_node.h"
#include "tests/system/fixture/nic/steering_nic.h"

namespace rxlease::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class SteeringReconciliation : public DaemonNode {
 protected:
  SteeringReconciliation() : DaemonNode(std::make_unique<SteeringNic>()) {
    configure({"{ name: rxq, selectors: { interfaces: [" + nic->ifname() +
               "] }, queues: { ids: [5-7] }, rss: keep, headerSplit: false }"});
  }

  const SteeringNic& steering_nic() const { return static_cast<const SteeringNic&>(*nic); }
  std::size_t contexts() const {
    return kernel::RssContexts::open(host().generic())->rss_get_dump(nic->ifindex()).size();
  }

  nlohmann::json steered(const nlohmann::json& members) const {
    auto conf = network({6, 7}, members);
    conf["steering"] = {{{"protocol", "tcp"}, {"dstPort", 5201}}};
    return conf;
  }

  const nlohmann::json behind_another{{"pairing", "single"},
                                      {"prevResult",
                                       {{"cniVersion", "1.1.0"},
                                        {"interfaces", {{{"name", "eth0"}, {"sandbox", pod.path()}}}},
                                        {"ips", {{{"address", "192.0.2.7/24"}, {"interface", 0}}}}}}};
  static constexpr const char* unsteered = R"(rxlease_reconciliations_total{what="steering_removed"} 1)";
};

TEST_F(SteeringReconciliation, RemovesThemWithTheRecord) {
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), steered(behind_another))));
  kubelet->allocate("shop", "other", {"elsewhere-rx1"});
  EXPECT_THAT(steering_nic().rules(), SizeIs(1));
  pod.remove();
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="record_removed"} 1)"));
  EXPECT_TRUE(counts(unsteered));
  EXPECT_THAT(steering_nic().rules(), IsEmpty());
  EXPECT_EQ(contexts(), 1U);
  EXPECT_THAT(runtime.records(), IsEmpty());
  EXPECT_TRUE(logs({"removed the flow rules of shop/web-0"}));
}

TEST_F(SteeringReconciliation, RemovesThemFromARecordThatHasAddresses) {
  const auto conf = steered({{"pairing", "pair"}, {"ipam", runtime.host_local({"10.22.0.0/24"})}});
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), conf)));
  kubelet->allocate("shop", "other", {"elsewhere-rx1"});
  pod.remove();
  EXPECT_TRUE(counts(unsteered));
  EXPECT_THAT(steering_nic().rules(), IsEmpty());
  EXPECT_EQ(contexts(), 1U);
  EXPECT_THAT(runtime.records(), SizeIs(1));
  EXPECT_TRUE(succeeded(runtime.del(named(pod), conf)));
  EXPECT_THAT(runtime.records(), IsEmpty());
}

// Else the hosts of the NIC's network would go on sending to a pod that is gone.
TEST_F(SteeringReconciliation, EndsTheNicsAnswersForAPodThatIsGone) {
  const auto conf = network({6, 7}, {{"pairing", "pair"},
                                     {"proxyNeighbors", true},
                                     {"ipam", runtime.host_local({"10.22.0.0/24", "fd00:22::/64"})}});
  const kernel::Neighbors neighbors(host().route());
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), conf)));
  kubelet->allocate("shop", "other", {"elsewhere-rx1"});
  EXPECT_THAT(neighbors.getneigh_dump_proxies(nic->ifindex()), SizeIs(2));
  pod.remove();
  EXPECT_TRUE(logs({nic->parent(), "no longer answers ARP and NDP for the addresses of shop/web-0"}));
  EXPECT_THAT(neighbors.getneigh_dump_proxies(nic->ifindex()), IsEmpty());
  EXPECT_TRUE(succeeded(runtime.del(named(pod), conf)));
}

TEST_F(SteeringReconciliation, LeavesThoseOfARunningPodAlone) {
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), steered(behind_another))));
  kubelet->allocate("shop", "other", {"elsewhere-rx1"});
  std::this_thread::sleep_for(std::chrono::seconds(3));
  EXPECT_THAT(steering_nic().rules(), SizeIs(1));
  EXPECT_EQ(contexts(), 2U);
}

// As after `ethtool --reset`, which takes them on some NICs.
TEST_F(SteeringReconciliation, PutsBackThoseOfARunningPodThatTheNicHasLost) {
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), steered(behind_another))));
  kubelet->allocate("shop", "other", {"elsewhere-rx1"});
  const auto before = steering_nic().rules();
  ASSERT_TRUE(kernel::FlowRules(host(), nic->ifname()).remove(0));
  ASSERT_TRUE(kernel::RssContexts::open(host().generic())->rss_delete_act(nic->ifindex(), 1));
  EXPECT_TRUE(logs({"had lost 1 flow rules of shop/web-0"}));
  EXPECT_TRUE(counts(R"(rxlease_reconciliations_total{what="rule_put_back"} 1)"));
  EXPECT_EQ(steering_nic().rules(), before);
  EXPECT_EQ(contexts(), 2U);
  EXPECT_TRUE(succeeded(runtime.del(named(pod), steered(behind_another))));
  EXPECT_THAT(steering_nic().rules(), IsEmpty());
}

TEST_F(SteeringReconciliation, TriesAgainWhileTheNicRefuses) {
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), steered(behind_another))));
  kubelet->allocate("shop", "other", {"elsewhere-rx1"});
  steering_nic().set("fail/rule_delete", "5");
  pod.remove();
  EXPECT_TRUE(logs({"could not remove the flow rules of shop/web-0", "EIO"}));
  EXPECT_THAT(runtime.records(), SizeIs(1));
  steering_nic().set("fail/rule_delete", "0");
  EXPECT_TRUE(counts(unsteered));
  EXPECT_THAT(steering_nic().rules(), IsEmpty());
  EXPECT_TRUE(eventually([&] { return runtime.records().empty(); }));
}

}  // namespace
}  // namespace rxlease::tests
