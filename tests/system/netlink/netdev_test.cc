// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/netdev.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"
#include "tests/system/fixture/sockets/xdp_socket.h"

namespace rxlease::tests {
namespace {

using kernel::NapiSettings;
using kernel::NapiThreaded;
using kernel::QueueType;

std::ptrdiff_t count(const std::vector<kernel::Queue>& queues, QueueType type) {
  return std::count_if(queues.begin(), queues.end(), [&](const auto& queue) { return queue.type == type; });
}

TEST(DevGet, TellsWhatADeviceCanDo) {
  const SimulatedNic nic;
  const auto dev = netdev_of(host()).dev_get(nic.ifindex());
  EXPECT_EQ(dev.ifindex, nic.ifindex());
  EXPECT_NE(dev.xdp_features, 0U);
}

TEST(DevGet, ShowsThatASingleNetkitTakesZeroCopySockets) {
  constexpr std::uint64_t zero_copy = 8;  // netdev.yaml, "xdp-act", xsk-zerocopy
  Pod pod;
  const auto single = kernel::Links(pod.netns().route()).newlink(netkit_single("nk0"));
  EXPECT_NE(netdev_of(pod.netns()).dev_get(single.ifindex()).xdp_features & zero_copy, 0U);
}

TEST(DevGet, RefusesADeviceThatIsNotThere) {
  EXPECT_TRUE(refused([] { netdev_of(host()).dev_get(4711); }, ENODEV));
}

TEST(QueueGet, ListsEveryQueueOfANic) {
  const SimulatedNic nic(5);
  const auto queues = netdev_of(host()).queue_get_dump(nic.ifindex());
  EXPECT_EQ(count(queues, QueueType::rx), 5);
  EXPECT_EQ(count(queues, QueueType::tx), 5);
  for (const auto& queue : queues) EXPECT_EQ(queue.ifindex, nic.ifindex());
}

TEST(QueueGet, IsWholeForANicOfManyQueues) {
  const SimulatedNic nic(300);
  EXPECT_EQ(count(netdev_of(host()).queue_get_dump(nic.ifindex()), QueueType::rx), 300);
}

TEST(QueueGet, TellsTheSameOfOneQueueAsOfAll) {
  const SimulatedNic nic;
  const auto queue = netdev_of(host()).queue_get(nic.ifindex(), {3});
  ASSERT_TRUE(queue);
  EXPECT_EQ(queue->id, 3U);
  EXPECT_TRUE(queue->napi_id);
  EXPECT_FALSE(queue->lease);
  EXPECT_FALSE(queue->xsk);
}

TEST(QueueGet, FindsNoQueueWhereThereIsNone) {
  const SimulatedNic nic;
  const auto netdev = netdev_of(host());
  EXPECT_FALSE(netdev.queue_get(nic.ifindex(), {8}));
  EXPECT_FALSE(netdev.queue_get(4711, {0}));
}

TEST(QueueGet, ListsNothingOfANicThatIsDown) {
  const SimulatedNic nic;
  nic.set_up(false);
  const auto netdev = netdev_of(host());
  EXPECT_TRUE(netdev.queue_get_dump(nic.ifindex()).empty());
  EXPECT_FALSE(netdev.queue_get(nic.ifindex(), {3}));
}

TEST(QueueGet, ShowsAnXdpSocket) {
  const SimulatedNic nic;
  const XdpSocket socket(nic.ifindex(), 2);
  const auto netdev = netdev_of(host());
  EXPECT_TRUE(netdev.queue_get(nic.ifindex(), {2})->xsk);
  EXPECT_FALSE(netdev.queue_get(nic.ifindex(), {3})->xsk);
}

TEST(NapiGet, FindsTheOneOfAQueueUntilTheNicIsGone) {
  std::uint32_t id = 0;
  const auto netdev = netdev_of(host());
  {
    const SimulatedNic nic(5);
    id = netdev.queue_get(nic.ifindex(), {3})->napi_id.value();
    const auto napi = netdev.napi_get(id);
    ASSERT_TRUE(napi);
    EXPECT_EQ(napi->id, id);
    EXPECT_EQ(napi->ifindex, nic.ifindex());
  }
  EXPECT_FALSE(netdev.napi_get(id));
}

TEST(NapiSet, ChangesWhatIsPresentAndLeavesTheRest) {
  const SimulatedNic nic;
  const auto netdev = netdev_of(host());
  const auto id = *netdev.queue_get(nic.ifindex(), {3})->napi_id;
  const auto now = [&] { return netdev.napi_get(id).value(); };
  NapiSettings settings;
  settings.id = id;
  settings.defer_hard_irqs = 7;
  settings.irq_suspend_timeout = 20'000'000;
  const auto before = now();
  netdev.napi_set(settings);
  EXPECT_EQ(now().defer_hard_irqs, 7U);
  EXPECT_EQ(now().irq_suspend_timeout, 20'000'000U);
  EXPECT_EQ(now().gro_flush_timeout, before.gro_flush_timeout);
  EXPECT_EQ(now().threaded, NapiThreaded::disabled);
}

TEST(NapiSet, RefusesANapiThatIsNotThere) {
  NapiSettings settings;
  settings.id = 4'000'000;
  settings.defer_hard_irqs = 1;
  EXPECT_TRUE(refused([&] { netdev_of(host()).napi_set(settings); }, ENOENT));
}

TEST(QstatsGet, CountsQueueByQueue) {
  const SimulatedNic nic(5);
  const auto stats = netdev_of(host()).qstats_get_dump(nic.ifindex());
  const auto receiving = std::count_if(stats.begin(), stats.end(), [](const auto& queue) {
    return queue.queue_type == QueueType::rx && queue.queue_id && queue.rx_packets && queue.rx_bytes;
  });
  EXPECT_EQ(receiving, 5);
}

// Loopback keeps no statistics of queues, and the kernel says so by EOPNOTSUPP.
TEST(QstatsGet, RefusesADeviceThatKeepsNone) {
  EXPECT_TRUE(refused([] { netdev_of(host()).qstats_get_dump(1); }, EOPNOTSUPP));
}

}  // namespace
}  // namespace rxlease::tests
