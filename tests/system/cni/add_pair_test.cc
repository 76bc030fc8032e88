// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using kernel::NetkitMode;
using kernel::NetkitPairing;
using kernel::NetkitPolicy;
using kernel::NetkitScrub;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

using AddPair = Node;

TEST_F(AddPair, GivesThePodExactlyAsManyQueuesAsItAskedFor) {
  const auto result = attached(leasing({7, 6}));
  EXPECT_EQ(pod.link()->num_rx_queues, 3U);
  EXPECT_EQ(host_link(result)->num_rx_queues, 1U);
}

TEST_F(AddPair, LeasesTheQueuesInTheirOrder) {
  attached(leasing({7, 2}));
  const auto leases = nic.leases();
  ASSERT_EQ(leases.size(), 2U);
  EXPECT_EQ(leases.at(7).queue.id, 1U);
  EXPECT_EQ(leases.at(2).queue.id, 2U);
  for (const auto& [queue, lease] : leases) {
    EXPECT_EQ(lease.ifindex, pod.link()->ifindex()) << queue;
    EXPECT_EQ(lease.netns_id, pod.nsid_in_host()) << queue;
  }
}

TEST_F(AddPair, ShowsThePodItsQueues) {
  attached(leasing({7, 6}));
  const auto netdev = netdev_of(pod.netns());
  const auto ifindex = pod.link()->ifindex();
  EXPECT_TRUE(netdev.queue_get(ifindex, {1}));
  EXPECT_TRUE(netdev.queue_get(ifindex, {2}));
  EXPECT_FALSE(netdev.queue_get(ifindex, {3}));
}

TEST_F(AddPair, LeasesTheQueueThatTheRuntimeInjected) {
  attached(runtime.network({{"deviceID", nic.device_id(3)}}));
  EXPECT_TRUE(nic.leases().contains(3));
}

TEST_F(AddPair, LeasesTheQueueOfTheCapabilityDeviceId) {
  attached(runtime.network({{"runtimeConfig", {{"deviceID", nic.device_id(4)}}}}));
  EXPECT_TRUE(nic.leases().contains(4));
}

TEST_F(AddPair, LeasesSixtyFourQueuesAtOnce) {
  const SimulatedNic large(64);
  std::vector<std::uint32_t> queues(64);
  for (std::uint32_t i = 0; i < 64; ++i) queues[i] = 63 - i;
  const auto conf = runtime.network({{"devices", large.device_ids(queues)}});
  attached(conf);
  EXPECT_EQ(pod.link()->num_rx_queues, 65U);
  EXPECT_EQ(large.leases().size(), 64U);
  EXPECT_EQ(large.leases().at(0).queue.id, 64U);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_TRUE(large.leases().empty());
}

TEST_F(AddPair, LeasesAsManyQueuesAsANetkitCanHave) {
  const SimulatedNic huge(1024);
  std::vector<std::uint32_t> queues(1023);
  for (std::uint32_t i = 0; i < 1023; ++i) queues[i] = i + 1;
  attached(runtime.network({{"devices", huge.device_ids(queues)}}));
  EXPECT_EQ(pod.link()->num_rx_queues, 1024U);
  EXPECT_EQ(huge.leases().size(), 1023U);
}

TEST_F(AddPair, LeasesFromTheSecondPort) {
  const SimulatedNic ports(4, 2);
  attached(runtime.network({{"devices", ports.device_ids({1}, 2)}}));
  EXPECT_TRUE(ports.leases(1).empty());
  EXPECT_TRUE(ports.leases(2).contains(1));
}

TEST_F(AddPair, LeasesWhileTheNicIsDown) {
  nic.set_up(false);
  attached(leasing({7}));
  nic.set_up(true);
  EXPECT_TRUE(nic.leases().contains(7));
}

TEST_F(AddPair, BringsBothEndsUp) {
  const auto result = attached(leasing({7}));
  EXPECT_TRUE(pod.link()->is_up());
  EXPECT_TRUE(host_link(result)->is_up());
  EXPECT_NE(pod.link()->ifinfo.ifi_flags & IFF_RUNNING, 0U);
}

TEST_F(AddPair, LeavesTheKernelItsDefaults) {
  const auto netkit = host_link(attached(leasing({7})))->netkit();
  ASSERT_TRUE(netkit);
  EXPECT_EQ(netkit->pairing, NetkitPairing::pair);
  EXPECT_EQ(netkit->mode, NetkitMode::l3);
  EXPECT_EQ(netkit->policy, NetkitPolicy::forward);
  EXPECT_EQ(netkit->peer_policy, NetkitPolicy::forward);
  EXPECT_EQ(netkit->scrub, NetkitScrub::standard);
  EXPECT_EQ(netkit->peer_scrub, NetkitScrub::standard);
  EXPECT_EQ(pod.link()->mtu, 1500U);
}

TEST_F(AddPair, SetsEverythingThatTheConfigurationAsksOfTheDevice) {
  const auto netkit = host_link(attached(leasing({7}, {{"policy", "blackhole"},
                                                       {"peerPolicy", "forward"},
                                                       {"scrub", "none"},
                                                       {"peerScrub", "default"},
                                                       {"headroom", 96},
                                                       {"tailroom", 32}})))
                          ->netkit();
  ASSERT_TRUE(netkit);
  EXPECT_EQ(netkit->policy, NetkitPolicy::blackhole);
  EXPECT_EQ(netkit->peer_policy, NetkitPolicy::forward);
  EXPECT_EQ(netkit->scrub, NetkitScrub::none);
  EXPECT_EQ(netkit->peer_scrub, NetkitScrub::standard);
  EXPECT_EQ(netkit->headroom, 96);
  EXPECT_EQ(netkit->tailroom, 32);
  const auto peer = pod.link()->netkit();
  EXPECT_EQ(peer->headroom, 96);
  EXPECT_EQ(peer->tailroom, 32);
}

TEST_F(AddPair, SetsThePeersPolicyAndScrubbingApartFromItsOwn) {
  const auto netkit =
      host_link(attached(leasing({7}, {{"peerPolicy", "blackhole"}, {"peerScrub", "none"}})))->netkit();
  ASSERT_TRUE(netkit);
  EXPECT_EQ(netkit->policy, NetkitPolicy::forward);
  EXPECT_EQ(netkit->peer_policy, NetkitPolicy::blackhole);
  EXPECT_EQ(netkit->scrub, NetkitScrub::standard);
  EXPECT_EQ(netkit->peer_scrub, NetkitScrub::none);
}

TEST_F(AddPair, SetsTheMtuOfBothEnds) {
  const auto result = attached(leasing({7}, {{"mtu", 9000}}));
  EXPECT_EQ(pod.link()->mtu, 9000U);
  EXPECT_EQ(host_link(result)->mtu, 9000U);
  EXPECT_EQ(result["interfaces"][0]["mtu"], 9000);
  EXPECT_EQ(result["interfaces"][1]["mtu"], 9000);
}

TEST_F(AddPair, TakesTheLeastAndTheMostMtu) {
  for (const unsigned mtu : {68U, 65535U}) {
    const auto conf = leasing({7}, {{"mtu", mtu}});
    attached(conf);
    EXPECT_EQ(pod.link()->mtu, mtu);
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  }
}

TEST_F(AddPair, AnswersWithBothEnds) {
  const auto result = attached(leasing({7}));
  ASSERT_EQ(result["interfaces"].size(), 2U);
  const auto host_end = host_link(result);
  ASSERT_TRUE(host_end);
  EXPECT_EQ(host_end->link, pod.link()->ifindex());
  EXPECT_EQ(result["interfaces"][0], (json{{"name", *host_end->ifname}, {"mtu", 1500}}));
  EXPECT_EQ(result["interfaces"][1], (json{{"name", "eth0"}, {"mtu", 1500}, {"sandbox", pod.path()}}));
  EXPECT_FALSE(result.contains("ips"));
}

TEST_F(AddPair, ServesTwoPodsFromOneNic) {
  const auto before = snapshot();
  Pod other;
  const auto first = leasing({7, 6});
  const auto second = leasing({5});
  attached(first);
  EXPECT_TRUE(succeeded(runtime.add(other.attachment(), second)));
  EXPECT_EQ(nic.leases().at(6).netns_id, pod.nsid_in_host());
  EXPECT_EQ(nic.leases().at(5).netns_id, other.nsid_in_host());
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), first)));
  EXPECT_EQ(nic.leases().size(), 1U);
  EXPECT_TRUE(succeeded(runtime.del(other.attachment(), second)));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(AddPair, GivesOnePodTwoInterfaces) {
  const auto before = snapshot();
  attached(leasing({7}), "eth0");
  attached(leasing({6}), "net1");
  EXPECT_EQ(nic.leases().at(7).ifindex, pod.link("eth0")->ifindex());
  EXPECT_EQ(nic.leases().at(6).ifindex, pod.link("net1")->ifindex());
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment("eth0"), leasing({7}))));
  EXPECT_TRUE(pod.link("net1"));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment("net1"), leasing({6}))));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(AddPair, IsUndoneByDel) {
  const auto before = snapshot();
  const auto conf = leasing({7, 6}, {{"ipam", runtime.host_local({"10.22.0.0/24", "fd00:22::/64"})}});
  attached(conf);
  EXPECT_FALSE(snapshot() == before);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(AddPair, WorksAgainAfterDel) {
  const auto conf = leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}});
  for (int i = 0; i < 3; ++i) {
    attached(conf);
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  }
}

TEST_F(AddPair, WorksAgainAfterTheNicCameBack) {
  const auto conf = leasing({7});
  attached(conf);
  nic.unplug();
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  const SimulatedNic again(8);
  ASSERT_EQ(again.device_id(7), conf["devices"][0]);
  attached(conf);
  EXPECT_TRUE(again.leases().contains(7));
}

}  // namespace
}  // namespace rxlease::tests
