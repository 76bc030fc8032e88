// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::pools {
namespace {

using testing::HasSubstr;
using testing::Not;

const kernel::DeviceId device{"nic0", 7};

nic::NicState good_nic() {
  nic::NicState nic;
  nic.details.nic = {"nic0", "enp1s0", 2};
  nic.details.rx_queues = 8;
  nic.details.numa_node = 1;
  nic.up = nic.carrier = true;
  nic.queues[7] = {};
  return nic;
}

kernel::Lease lease_to(std::uint32_t ifindex) {
  return {ifindex, {1}, 0};
}

constexpr std::uint64_t pods_cookie = 4711;
const NamespaceIds of_pod{.of_pods = {{pods_cookie, 0}}, .hidden = {}};

attachment::Attachment attachment_of(std::uint32_t ifindex, const std::string& id) {
  attachment::Attachment attachment;
  attachment.container_id = "4f1e";
  attachment.interface = "eth0";
  attachment.pod_namespace = "shop";
  attachment.pod_name = "web-0";
  attachment.netns_cookie = pods_cookie;
  attachment.interface_ifindex = ifindex;
  attachment.devices = {{*kernel::DeviceId::parse(id), 1}};
  return attachment;
}

TEST(Judge, AFreeQueueIsHealthy) {
  const auto nic = good_nic();
  const auto state = judge(device, &nic, {}, of_pod);
  EXPECT_TRUE(state.healthy);
  EXPECT_EQ(state.occupancy, Occupancy::free);
  EXPECT_EQ(state.ifname, "enp1s0");
  EXPECT_EQ(state.numa_node, 1);
}

TEST(Judge, AQueueOfOursStaysHealthyAndNamesItsPod) {
  auto nic = good_nic();
  nic.queues[7].lease = lease_to(12);
  const auto state = judge(device, &nic, {attachment_of(12, "nic0-rx7")}, of_pod);
  EXPECT_TRUE(state.healthy);
  EXPECT_EQ(state.occupancy, Occupancy::leased);
  EXPECT_THAT(state.holder, HasSubstr("shop/web-0"));
}

TEST(Judge, ALeaseThatNoRecordExplainsIsForeign) {
  auto nic = good_nic();
  nic.queues[7].lease = lease_to(12);
  for (const auto& wrong : {attachment_of(13, "nic0-rx7"), attachment_of(12, "nic0-rx6")}) {
    const auto state = judge(device, &nic, {wrong}, of_pod);
    EXPECT_FALSE(state.healthy);
    EXPECT_EQ(state.occupancy, Occupancy::foreign);
    EXPECT_THAT(state.reason, HasSubstr("ifindex 12"));
  }
}

// A record of a pod that died hid whoever had its ifindex in another namespace.
TEST(Judge, ALeaseOfTheSameIfindexInAnotherNamespaceIsForeign) {
  auto nic = good_nic();
  for (const auto netns_id : {std::optional<std::int32_t>(1), std::optional<std::int32_t>()}) {
    nic.queues[7].lease = kernel::Lease{12, {1}, netns_id};
    const auto state = judge(device, &nic, {attachment_of(12, "nic0-rx7")}, of_pod);
    EXPECT_FALSE(state.healthy);
    EXPECT_EQ(state.occupancy, Occupancy::foreign);
    EXPECT_THAT(state.reason, Not(HasSubstr("web-0")));
  }
}

TEST(Judge, AForeignLeaseInAPodsNamespaceNamesThePod) {
  auto nic = good_nic();
  nic.queues[7].lease = lease_to(13);
  auto pod = attachment_of(12, "nic0-rx6");
  EXPECT_EQ(judge(device, &nic, {pod}, of_pod).reason,
            "leased by ifindex 13 in the network namespace with id 0 (that of shop/web-0), which no "
            "attachment of rxlease explains");
  pod.pod_name.clear();
  EXPECT_THAT(judge(device, &nic, {pod}, of_pod).reason, HasSubstr("(that of container 4f1e)"));
}

TEST(Judge, UseByTheHostIsAReason) {
  auto nic = good_nic();
  nic.queues[7].af_xdp = true;
  EXPECT_THAT(judge(device, &nic, {}, of_pod).reason, HasSubstr("it is bound to AF_XDP without a lease"));
  nic.queues[7] = {};
  nic.queues[7].memory_provider = true;
  EXPECT_THAT(judge(device, &nic, {}, of_pod).reason,
              HasSubstr("it is bound to io_uring or devmem without a lease"));
}

TEST(Judge, EveryTroubleOfTheNicIsAReason) {
  EXPECT_EQ(judge(device, nullptr, {}, of_pod).reason, "its NIC is gone");
  auto nic = good_nic();
  nic.up = false;
  EXPECT_EQ(judge(device, &nic, {}, of_pod).reason, "its NIC is down");
  nic = good_nic();
  nic.carrier = false;
  EXPECT_EQ(judge(device, &nic, {}, of_pod).reason, "its NIC has no carrier");
  nic = good_nic();
  nic.details.rx_queues = 4;
  EXPECT_EQ(judge(device, &nic, {}, of_pod).reason, "its NIC has only 4 receive queues now");
  nic = good_nic();
  nic.cannot_lease = "no queue management";
  EXPECT_EQ(judge(device, &nic, {}, of_pod).reason, "its NIC cannot lease queues: no queue management");
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
