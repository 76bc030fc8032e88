// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/links.h"

#include <gtest/gtest.h>

#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"

namespace rxlease::tests {
namespace {

using kernel::Link;
using kernel::Links;
using kernel::NetkitAttrs;
using kernel::NetkitMode;
using kernel::NetkitPairing;
using kernel::NetkitPolicy;
using kernel::NetkitScrub;

bool is_noarp(const Link& link) {
  return (link.ifinfo.ifi_flags & IFF_NOARP) != 0;
}

TEST(Newlink, MakesAPairAcrossTwoNamespacesInOneRequest) {
  Pod pod;
  const auto primary = Links(host().route()).newlink(netkit_pair("nk-host", "eth0", pod.netns().fd(), 3));
  const auto peer = pod.link("eth0");
  ASSERT_TRUE(peer);
  EXPECT_EQ(primary.link, peer->ifindex());
  EXPECT_EQ(peer->link, primary.ifindex());
  EXPECT_EQ(peer->num_rx_queues, 4U);
  EXPECT_EQ(primary.num_rx_queues, 1U);
  EXPECT_EQ(primary.link_netnsid, pod.nsid_in_host());
  EXPECT_EQ(primary.netkit()->primary, 1);
  EXPECT_EQ(peer->netkit()->primary, 0);
}

TEST(Newlink, AnswersWithTheLinkAsItIs) {
  Pod pod;
  auto request = netkit_single("nk-echo", 2);
  request.mtu = 9000;
  request.set_up();
  const auto made = Links(pod.netns().route()).newlink(request);
  const auto seen = pod.link("nk-echo");
  ASSERT_TRUE(seen);
  EXPECT_EQ(made.ifindex(), seen->ifindex());
  EXPECT_EQ(made.ifname, "nk-echo");
  EXPECT_EQ(made.mtu, 9000U);
  EXPECT_EQ(made.num_rx_queues, 3U);
  EXPECT_TRUE(made.is_up());
  EXPECT_TRUE(made.netkit());
}

TEST(SetAddrGenMode, IsReadBack) {
  Pod pod;
  const Links links(pod.netns().route());
  const auto ifindex = links.newlink(netkit_single("nk-quiet")).ifindex();
  EXPECT_TRUE(links.set_addr_gen_mode(ifindex, kernel::AddrGenMode::none));
  const auto link = links.getlink(ifindex);
  ASSERT_TRUE(link && link->af_spec && link->af_spec->inet6);
  EXPECT_EQ(link->af_spec->inet6->addr_gen_mode, kernel::AddrGenMode::none);
}

TEST(SetAddrGenMode, SaysThatALinkHasNoIPv6) {
  Pod pod;
  const Links links(pod.netns().route());
  auto small = netkit_single("nk-small");
  small.mtu = 1000;
  EXPECT_FALSE(links.set_addr_gen_mode(links.newlink(small).ifindex(), kernel::AddrGenMode::none));
}

TEST(Newlink, GivesASingleNoOtherEnd) {
  Pod pod;
  const auto single = Links(pod.netns().route()).newlink(netkit_single("nk-one"));
  EXPECT_EQ(single.link.value_or(0), 0U);
  ASSERT_TRUE(single.netkit());
  EXPECT_EQ(single.netkit()->pairing, NetkitPairing::single);
  EXPECT_EQ(single.netkit()->scrub, std::nullopt);
}

TEST(Newlink, MakesL3LinksWithoutMacAndArp) {
  Pod pod;
  const auto primary = Links(host().route()).newlink(netkit_pair("nk-l3", "eth0", pod.netns().fd()));
  EXPECT_EQ(primary.netkit()->mode, NetkitMode::l3);
  EXPECT_TRUE(is_noarp(primary));
  EXPECT_EQ(primary.address, kernel::Bytes(6));
}

TEST(Newlink, MakesL2LinksWithMacsAndArp) {
  Pod pod;
  NetkitAttrs l2;
  l2.mode = NetkitMode::l2;
  const auto primary = Links(host().route()).newlink(netkit_pair("nk-l2", "eth0", pod.netns().fd(), 0, l2));
  const auto peer = pod.link("eth0");
  ASSERT_TRUE(peer);
  EXPECT_EQ(primary.netkit()->mode, NetkitMode::l2);
  EXPECT_FALSE(is_noarp(primary));
  EXPECT_FALSE(is_noarp(*peer));
  EXPECT_NE(primary.address, kernel::Bytes(6));
  EXPECT_NE(primary.address, peer->address);
}

TEST(Newlink, SetsEveryAttributeOfANetkit) {
  Pod pod;
  NetkitAttrs asked;
  asked.policy = NetkitPolicy::blackhole;
  asked.peer_policy = NetkitPolicy::forward;
  asked.scrub = NetkitScrub::none;
  asked.peer_scrub = NetkitScrub::standard;
  asked.headroom = 96;
  asked.tailroom = 32;
  const auto made = Links(host().route()).newlink(netkit_pair("nk-all", "eth0", pod.netns().fd(), 0, asked));
  const auto netkit = made.netkit();
  ASSERT_TRUE(netkit);
  EXPECT_EQ(netkit->policy, asked.policy);
  EXPECT_EQ(netkit->peer_policy, asked.peer_policy);
  EXPECT_EQ(netkit->scrub, asked.scrub);
  EXPECT_EQ(netkit->peer_scrub, asked.peer_scrub);
  EXPECT_EQ(netkit->headroom, asked.headroom);
  EXPECT_EQ(netkit->tailroom, asked.tailroom);
  EXPECT_EQ(netkit->pairing, NetkitPairing::pair);
}

TEST(Dellink, TakesBothEndsOfAPair) {
  Pod pod;
  const Links links(host().route());
  const auto primary = links.newlink(netkit_pair("nk-del", "eth0", pod.netns().fd()));
  EXPECT_TRUE(links.dellink(primary.ifindex()));
  EXPECT_FALSE(links.getlink("nk-del"));
  EXPECT_FALSE(pod.link("eth0"));
}

TEST(Dellink, WorksFromEitherEnd) {
  Pod pod;
  const auto primary = Links(host().route()).newlink(netkit_pair("nk-del", "eth0", pod.netns().fd()));
  EXPECT_TRUE(Links(pod.netns().route()).dellink(primary.link.value_or(0)));
  EXPECT_FALSE(Links(host().route()).getlink("nk-del"));
}

TEST(Dellink, SaysWhetherThereWasALink) {
  Pod pod;
  const Links links(pod.netns().route());
  const auto made = links.newlink(plain_link("dummy0", "dummy"));
  EXPECT_TRUE(links.dellink(made.ifindex()));
  EXPECT_FALSE(links.dellink(made.ifindex()));
}

TEST(Getlink, FindsNothingWhereThereIsNothing) {
  Pod pod;
  const Links links(pod.netns().route());
  EXPECT_FALSE(links.getlink("eth0"));
  EXPECT_FALSE(links.getlink(4711U));
}

TEST(Getlink, FindsTheSameLinkByNameAndByIndex) {
  Pod pod;
  const Links links(pod.netns().route());
  const auto loopback = links.getlink("lo");
  ASSERT_TRUE(loopback);
  ASSERT_TRUE(links.getlink(loopback->ifindex()));
  EXPECT_EQ(links.getlink(loopback->ifindex())->ifname, "lo");
  EXPECT_FALSE(loopback->netkit());
}

TEST(Setlink, SetsALinkUpAndDown) {
  Pod pod;
  const auto made = Links(pod.netns().route()).newlink(netkit_single("nk-up"));
  EXPECT_FALSE(made.is_up());
  set_link(pod.netns(), made.ifindex(), true);
  EXPECT_TRUE(pod.link("nk-up")->is_up());
  set_link(pod.netns(), made.ifindex(), false);
  EXPECT_FALSE(pod.link("nk-up")->is_up());
}

}  // namespace
}  // namespace rxlease::tests
