// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/netlink/addresses.h"
#include "kernel/netlink/routes.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/requests.h"

namespace rxlease::tests {
namespace {

using kernel::NetkitMode;
using kernel::NetkitPairing;
using nlohmann::json;

class AddSingle : public Node {
 protected:
  json single(const std::vector<std::uint32_t>& queues, const json& members = json::object()) const {
    auto conf = leasing(queues, members);
    conf["pairing"] = "single";
    return conf;
  }
};

TEST_F(AddSingle, GivesThePodALinkOfItsOwnWithTheQueues) {
  attached(single({7, 6}), "rxq0");
  const auto link = pod.link("rxq0");
  ASSERT_TRUE(link);
  EXPECT_TRUE(link->is_up());
  EXPECT_EQ(link->num_rx_queues, 3U);
  EXPECT_EQ(link->netkit()->pairing, NetkitPairing::single);
  EXPECT_EQ(link->netkit()->mode, NetkitMode::l3);
  EXPECT_EQ(nic.leases().at(7).ifindex, link->ifindex());
  EXPECT_EQ(nic.leases().at(7).netns_id, pod.nsid_in_host());
}

TEST_F(AddSingle, LeavesTheHostWithoutALink) {
  attached(single({7}));
  EXPECT_TRUE(kernel::Links(host().route()).getlink_dump("netkit").empty());
}

TEST_F(AddSingle, AnswersWithThePodsEndOnly) {
  const auto result = attached(single({7}));
  EXPECT_EQ(result["interfaces"], json::array({{{"name", "eth0"}, {"mtu", 1500}, {"sandbox", pod.path()}}}));
}

TEST_F(AddSingle, TakesMtuRoomAndMode) {
  attached(single({7}, {{"mtu", 3000}, {"headroom", 96}, {"tailroom", 32}, {"mode", "l2"}}));
  const auto link = pod.link();
  ASSERT_TRUE(link && link->netkit());
  EXPECT_EQ(link->mtu, 3000U);
  EXPECT_EQ(link->netkit()->headroom, 96);
  EXPECT_EQ(link->netkit()->tailroom, 32);
  EXPECT_EQ(link->netkit()->mode, NetkitMode::l2);
}

TEST_F(AddSingle, LeasesSixtyFourQueuesAtOnce) {
  const SimulatedNic large(64);
  std::vector<std::uint32_t> queues(64);
  for (std::uint32_t i = 0; i < 64; ++i) queues[i] = i;
  const auto conf = runtime.network({{"pairing", "single"}, {"devices", large.device_ids(queues)}});
  attached(conf);
  EXPECT_EQ(large.leases().size(), 64U);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_TRUE(large.leases().empty());
}

TEST_F(AddSingle, IsUndoneByDel) {
  const auto before = snapshot();
  attached(single({7, 6}));
  EXPECT_FALSE(snapshot() == before);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), single({7, 6}))));
  EXPECT_EQ(snapshot(), before);
}

// The kernel's own protocols cannot send through a single: it has addresses, and no route leads to it.
TEST_F(AddSingle, GetsItsAddressesAndNoRoute) {
  const auto before = snapshot();
  const auto conf = single({7}, {{"ipam", runtime.host_local({"10.44.0.0/24", "fd00:44::/64"})}});
  const auto result = attached(conf, "net1");
  EXPECT_EQ(result["ips"].size(), 2U);
  EXPECT_EQ(result["ips"][0]["address"], "10.44.0.2/24");
  EXPECT_EQ(result["ips"][0]["interface"], 0);
  const auto ifindex = pod.link("net1")->ifindex();
  const auto addresses = kernel::Addresses(pod.netns().route()).getaddr_dump(ifindex);
  EXPECT_THAT(addresses, testing::IsSupersetOf({*kernel::IpPrefix::parse("10.44.0.2/24"),
                                                *kernel::IpPrefix::parse("fd00:44::2/64")}));
  EXPECT_THAT(kernel::Routes(pod.netns().route()).getroute_dump(AF_INET, ifindex), testing::IsEmpty());
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment("net1"), conf, result)));
  deladdr(pod.netns(), ifindex, *kernel::IpPrefix::parse("10.44.0.2/24"));
  EXPECT_TRUE(failed(runtime.check(pod.attachment("net1"), conf, result), 101,
                     {"address 10.44.0.2/24 on net1 is gone"}));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment("net1"), conf)));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(AddSingle, RefusesRoutesThatWouldLeadNowhere) {
  const auto before = snapshot();
  const auto ipam = runtime.host_local({"10.44.0.0/24"}, json::array({{{"dst", "0.0.0.0/0"}}}));
  EXPECT_TRUE(failed(runtime.add(pod.attachment("net1"), single({7}, {{"ipam", ipam}})), 7,
                     {"\"routes\": 0.0.0.0/0 through a single netkit"}, {"leave the routes"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(AddSingle, SharesTheNicWithAPair) {
  attached(single({7}), "rxq0");
  attached(leasing({6}), "eth0");
  EXPECT_EQ(nic.leases().at(7).ifindex, pod.link("rxq0")->ifindex());
  EXPECT_EQ(nic.leases().at(6).ifindex, pod.link("eth0")->ifindex());
}

}  // namespace
}  // namespace rxlease::tests
