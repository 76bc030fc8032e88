// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cerrno>

#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/nsids.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/nic/channels.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

using kernel::Lease;
using kernel::Links;

class QueueCreate : public testing::Test {
 protected:
  std::uint32_t single(std::uint32_t leases, const std::string& name = "nk0") {
    auto request = netkit_single(name, leases);
    request.set_up();
    return Links(pod.netns().route()).newlink(request).ifindex();
  }

  Lease lease(std::uint32_t queue) {
    return {nic.ifindex(), {queue}, kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd())};
  }

  std::uint32_t create(std::uint32_t ifindex, std::uint32_t queue) {
    return netdev_of(pod.netns()).queue_create(ifindex, lease(queue));
  }

  SimulatedNic nic{8};
  Pod pod;
};

TEST_F(QueueCreate, NumbersTheLeasedQueuesFromOne) {
  const auto netkit = single(3);
  EXPECT_EQ(create(netkit, 7), 1U);
  EXPECT_EQ(create(netkit, 2), 2U);
  EXPECT_EQ(create(netkit, 5), 3U);
}

TEST_F(QueueCreate, ShowsTheLeaseAtThePhysicalQueue) {
  const auto netkit = single(2);
  create(netkit, 7);
  create(netkit, 2);
  const auto leases = nic.leases();
  ASSERT_EQ(leases.size(), 2U);
  EXPECT_EQ(leases.at(7).ifindex, netkit);
  EXPECT_EQ(leases.at(7).queue.id, 1U);
  EXPECT_EQ(leases.at(2).queue.id, 2U);
  EXPECT_EQ(leases.at(7).netns_id, pod.nsid_in_host());
  EXPECT_TRUE(leases.at(7).netns_id);
}

TEST_F(QueueCreate, ShowsNoNamespaceForANetkitBesideTheNic) {
  const Links links(host().route());
  const auto netkit = links.newlink(netkit_single("nk-here", 1)).ifindex();
  netdev_of(host()).queue_create(netkit, {nic.ifindex(), {4}, std::nullopt});
  EXPECT_FALSE(nic.leases().at(4).netns_id);
  links.dellink(netkit);
}

TEST_F(QueueCreate, ShowsThePodItsQueueButNotWhoseItIs) {
  const auto netkit = single(1);
  create(netkit, 7);
  const auto queue = netdev_of(pod.netns()).queue_get(netkit, {1});
  ASSERT_TRUE(queue);
  EXPECT_FALSE(queue->lease);
  EXPECT_FALSE(netdev_of(pod.netns()).queue_get(netkit, {2}));
}

TEST_F(QueueCreate, ShowsNothingOfANetkitThatIsDown) {
  const auto netkit = single(1);
  create(netkit, 7);
  set_link(pod.netns(), netkit, false);
  EXPECT_TRUE(netdev_of(pod.netns()).queue_get_dump(netkit).empty());
  EXPECT_EQ(nic.leases().size(), 1U);
}

TEST_F(QueueCreate, LetsThePeerOfAPairLease) {
  auto request = netkit_pair("nk-host", "eth0", pod.netns().fd(), 1);
  Links(host().route()).newlink(request);
  EXPECT_EQ(create(pod.link("eth0")->ifindex(), 6), 1U);
  EXPECT_EQ(nic.leases().at(6).ifindex, pod.link("eth0")->ifindex());
}

TEST_F(QueueCreate, WorksWhileBothDevicesAreDown) {
  nic.set_up(false);
  const auto netkit = Links(pod.netns().route()).newlink(netkit_single("nk-down", 1)).ifindex();
  EXPECT_EQ(create(netkit, 7), 1U);
  nic.set_up(true);
  EXPECT_EQ(nic.leases().size(), 1U);
}

TEST_F(QueueCreate, LeasesUntilTheNetkitIsDeleted) {
  const auto netkit = single(1);
  create(netkit, 7);
  Links(pod.netns().route()).dellink(netkit);
  EXPECT_TRUE(nic.leases().empty());
  EXPECT_EQ(create(single(1), 7), 1U);
}

TEST_F(QueueCreate, LeasesUntilThePrimaryIsDeleted) {
  const auto primary = Links(host().route()).newlink(netkit_pair("nk-host", "eth0", pod.netns().fd(), 1));
  create(pod.link("eth0")->ifindex(), 7);
  Links(host().route()).dellink(primary.ifindex());
  EXPECT_TRUE(nic.leases().empty());
}

TEST_F(QueueCreate, LeasesUntilTheLastHolderLetsGoOfTheNamespace) {
  create(single(1), 7);
  auto holder = kernel::NetNs::open(pod.path());
  pod.remove();
  EXPECT_EQ(nic.leases().size(), 1U);
  holder.reset();
  EXPECT_TRUE(eventually([&] { return nic.leases().empty(); }));
}

TEST_F(QueueCreate, LosesTheNetkitWithTheNic) {
  create(single(1, "leases"), 7);
  single(1, "does-not");
  nic.unplug();
  EXPECT_FALSE(pod.link("leases"));
  EXPECT_TRUE(pod.link("does-not"));
}

TEST_F(QueueCreate, KeepsTheNicFromGivingTheQueueUp) {
  create(single(1), 5);
  EXPECT_TRUE(refused([&] { set_channels(nic.ifname(), 5); }, EINVAL));
  EXPECT_NO_THROW(set_channels(nic.ifname(), 6));
  EXPECT_EQ(nic.leases().size(), 1U);
}

TEST_F(QueueCreate, LeasesAsManyQueuesAsThereIsRoomFor) {
  const SimulatedNic large(64);
  const auto netkit = single(64);
  const auto host_id = kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd());
  for (std::uint32_t queue = 0; queue < 64; ++queue) {
    EXPECT_EQ(netdev_of(pod.netns()).queue_create(netkit, {large.ifindex(), {queue}, host_id}), queue + 1);
  }
  EXPECT_EQ(large.leases().size(), 64U);
}

}  // namespace
}  // namespace rxlease::tests
