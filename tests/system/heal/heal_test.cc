// SPDX-License-Identifier: Apache-2.0
//
// A pod's NIC goes and comes back, and the pod has everything again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "kernel/netlink/links.h"
#include "tests/system/daemon/wires.h"
#include "tests/system/heal/healing_node.h"

namespace rxlease::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Healing : public HealingNode {
 protected:
  // What a pod sees of its interface, but for its ifindex.
  std::vector<std::string> seen() {
    std::vector<std::string> lines;
    const auto link = pod.link("rxq0");
    if (!link) return {"no interface"};
    lines.push_back("mtu " + std::to_string(link->mtu.value_or(0)));
    lines.push_back(std::to_string(link->num_rx_queues.value_or(0)) + " queues");
    for (const auto byte : link->address.value_or(kernel::Bytes{})) lines.push_back(std::to_string(byte));
    for (const auto& address : kernel::Addresses(pod.netns().route()).getaddr_dump(link->ifindex())) {
      lines.push_back(address.to_string());
    }
    for (const auto family : {AF_INET, AF_INET6}) {
      const kernel::Routes table(pod.netns().route());
      for (const auto& route : table.getroute_dump(static_cast<std::uint8_t>(family), link->ifindex())) {
        lines.push_back(route.dst.to_string() + " via " +
                        (route.gateway ? route.gateway->to_string() : "link"));
      }
    }
    return lines;
  }
};

TEST_F(Healing, BringsAPairBackAsItWas) {
  start();
  const auto conf = network({6, 7}, pair());
  const auto result = add({6, 7}, pair());
  ASSERT_EQ(lease(7)->generation, 1U);
  const auto before = seen();
  unplug();
  plug();
  EXPECT_TRUE(has_generation(7, 2));
  EXPECT_TRUE(has_generation(6, 2));
  EXPECT_EQ(seen(), before);
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(nic->leases().size(), 2U);
  EXPECT_TRUE(counts(healed + std::string("1")));
  EXPECT_TRUE(logs({"healed shop/web-0", nic_name, "-rx7", "generation 2"}));
  EXPECT_TRUE(succeeded(runtime.check(named(pod), conf, result)));
  EXPECT_TRUE(succeeded(runtime.del(named(pod), conf)));
  EXPECT_THAT(runtime.records(), IsEmpty());
  EXPECT_TRUE(nic->leases().empty());
}

TEST_F(Healing, KeepsTheAddressesOfBothEndsOfAnL2Pair) {
  start();
  const auto l2 = pair({{"mode", "l2"}, {"policy", "forward"}});
  const auto result = add({7}, l2);
  const auto before = seen();
  const auto host_mac = [&] {
    const auto link = kernel::Links(host().route()).getlink(runtime.records().front().host_ifindex);
    return link ? link->address : std::nullopt;
  };
  const auto mac = host_mac();
  unplug();
  plug();
  ASSERT_TRUE(has_generation(7, 2));
  EXPECT_EQ(seen(), before);
  EXPECT_EQ(host_mac(), mac);
  EXPECT_TRUE(succeeded(runtime.check(named(pod), network({7}, l2), result)));
}

// CHECK misses an entry that is gone.
TEST_F(Healing, HasTheNicAnswerForThePodsAddressesAgain) {
  start();
  const auto answering = pair({{"proxyNeighbors", true}});
  const auto conf = network({7}, answering);
  const auto result = add({7}, answering);
  unplug();
  plug();
  ASSERT_TRUE(has_generation(7, 2));
  EXPECT_TRUE(succeeded(runtime.check(named(pod), conf, result)));
  EXPECT_TRUE(succeeded(runtime.del(named(pod), conf)));
}

TEST_F(Healing, BringsASingleBack) {
  start();
  const nlohmann::json single{{"pairing", "single"}};
  add({7}, single);
  unplug();
  plug();
  ASSERT_TRUE(has_generation(7, 2));
  EXPECT_TRUE(pod.link("rxq0"));
  EXPECT_EQ(nic->leases().size(), 1U);
  EXPECT_TRUE(succeeded(runtime.del(named(pod), network({7}, single))));
}

TEST_F(Healing, HealsAgainAndAgain) {
  start();
  add({7}, pair());
  for (std::uint32_t generation = 2; generation < 7; ++generation) {
    unplug();
    plug();
    ASSERT_TRUE(has_generation(7, generation));
    ASSERT_TRUE(watch->shows(all_healthy()));
  }
  EXPECT_THAT(runtime.records(), SizeIs(1));
}

TEST_F(Healing, HealsEachOfSeveralPods) {
  start();
  add({7}, pair());
  Pod other;
  kubelet->allocate("shop", "web-1", nic->device_ids({6}));
  ASSERT_TRUE(succeeded(runtime.add(named(other, "web-1"), network({6}, pair()))));
  unplug();
  plug();
  EXPECT_TRUE(has_generation(7, 2));
  EXPECT_TRUE(has_generation(6, 2));
  EXPECT_TRUE(pod.link("rxq0"));
  EXPECT_TRUE(other.link("rxq0"));
  EXPECT_TRUE(counts(healed + std::string("2")));
}

TEST_F(Healing, IsDoneByTheNextDaemonToo) {
  start();
  add({7}, pair());
  end();
  nic->unplug();
  plug();
  daemon.emplace(node / "config.yaml", node / "log");
  EXPECT_TRUE(has_generation(7, 2));
  EXPECT_TRUE(pod.link("rxq0"));
}

TEST_F(Healing, BringsBackANetkitThatSomebodyDeleted) {
  start();
  add({7}, pair());
  kernel::Links(pod.netns().route()).dellink(pod.link("rxq0")->ifindex());
  EXPECT_TRUE(has_generation(7, 2));
  EXPECT_TRUE(pod.link("rxq0"));
}

TEST_F(Healing, LeavesTheNetkitOfANicThatIsOnlyDownAlone) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);
  start();
  add({7}, pair());
  const auto ifindex = pod.link("rxq0")->ifindex();
  nic->set_up(false);
  ASSERT_TRUE(watch->shows(all_unhealthy()));
  nic->set_up(true);
  ASSERT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(pod.link("rxq0")->ifindex(), ifindex);
  EXPECT_EQ(lease(7)->generation, 1U);
}

TEST_F(Healing, TakesAnotherQueueOfThePoolForOneThatIsGone) {
  start();
  const auto conf = network({7}, pair());
  add({7}, pair());
  unplug();
  plug(7);  // queue 7 is gone
  ASSERT_TRUE(has_generation(7, 2));
  const auto file = lease(7);
  EXPECT_EQ(file->device, nic_name + "-rx7") << "the folder that the container has";
  EXPECT_EQ(file->stand_in, nic_name + "-rx5");
  EXPECT_EQ(file->physical_queue, 5U);
  EXPECT_THAT(nic->leases(), testing::ElementsAre(testing::Key(5)));
  EXPECT_TRUE(watch->shows(health({5, 7}))) << "nobody else may get the one that stands in";
  EXPECT_TRUE(logs({"healed shop/web-0", "-rx5 in place of " + nic_name + "-rx7"}));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), conf)));
  EXPECT_TRUE(watch->shows(health({7})));
  EXPECT_FALSE(lease(7));
}

TEST_F(Healing, TakesNoQueueThatKubeletHasAllocated) {
  start();
  add({7}, pair());
  kubelet->allocate("shop", "web-1", nic->device_ids({5}));
  unplug();
  plug(7);
  ASSERT_TRUE(has_generation(7, 2));
  EXPECT_EQ(lease(7)->stand_in, nic_name + "-rx6");
}

TEST_F(Healing, SaysWhenNoQueueIsLeftToStandIn) {
  start();
  add({6, 7}, pair());
  kubelet->allocate("shop", "web-1", nic->device_ids({5}));
  unplug();
  plug(6);
  EXPECT_TRUE(logs({"shop/web-0", "is not healed", "only 6 receive queues", "no free queue to stand in"}));
  EXPECT_TRUE(counts(refused + std::string("1")));
  EXPECT_TRUE(eventually([&] {
    const auto records = runtime.records();
    return records.size() == 1 && records.front().trouble.find("no free queue") != std::string::npos;
  }));
  EXPECT_TRUE(succeeded(runtime.del(named(pod), network({6, 7}, pair()))));
}

TEST_F(Healing, IsRefusedWhereThePoolSaysSo) {
  configure_pool(", heal: false");
  start();
  add({7}, pair());
  unplug();
  plug();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(logs({"shop/web-0", "is not healed", "pool rxq has heal: false", "delete the pod"}));
  EXPECT_FALSE(pod.link("rxq0"));
  EXPECT_TRUE(counts(refused + std::string("1")));
}

TEST_F(Healing, IsRefusedWithoutTheNamespace) {
  start();
  add({7}, pair());
  unplug();
  pod.remove();
  plug();
  EXPECT_TRUE(logs({"shop/web-0", "is not healed", "its network namespace is not at /run/netns/"}));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Healing, LeavesAQueueToThePodThatHasItByNow) {
  start();
  add({7}, pair());
  unplug();
  kubelet->forget_allocations();
  kubelet->allocate("shop", "web-1", nic->device_ids({7}));
  plug();
  EXPECT_TRUE(logs({"shop/web-0", "is not healed", "-rx7 is that of shop/web-1 by now"}));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_FALSE(pod.link("rxq0"));
}

TEST_F(Healing, WaitsForAKubeletThatDoesNotTell) {
  start();
  add({7}, pair());
  unplug();
  kubelet->keep_allocations_secret(true);
  plug();
  EXPECT_TRUE(watch->shows(health({7}))) << "it is to be healed";
  EXPECT_FALSE(pod.link("rxq0"));
  kubelet->keep_allocations_secret(false);
  EXPECT_TRUE(eventually([&] { return lease(7)->generation == 2; }, std::chrono::seconds(30)));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Healing, LeavesARecordOfAnOlderVersionAlone) {
  start();
  add({7}, pair());
  auto old = runtime.records().front();
  old.blueprint.reset();
  attachment::AttachmentStore(runtime.state_directory()).update(old);
  unplug();
  plug();
  EXPECT_TRUE(logs({"shop/web-0", "is not healed", "record is of another version"}));
  EXPECT_FALSE(pod.link("rxq0"));
}

}  // namespace
}  // namespace rxlease::tests
