// SPDX-License-Identifier: Apache-2.0
#include "tests/flow_match.h"

#include <gtest/gtest.h>

namespace rxlease::kernel {
namespace {

using tests::to_host;

FlowMatch to_mac() {
  FlowMatch match;
  match.dst_mac = MacAddress::parse("02:00:00:00:00:07");
  return match;
}

TEST(FlowMatch, SpeaksAsEthtoolDoes) {
  EXPECT_EQ(to_host(Protocol::tcp, "10.22.0.5", {6000, 0xfffc}, "10.0.0.0/8").to_string(),
            "tcp4 dst-ip 10.22.0.5 dst-port 6000-6003 src-ip 10.0.0.0/8");
  EXPECT_EQ(to_host(Protocol::udp, "fd22::5", {53, 0xffff}).to_string(), "udp6 dst-ip fd22::5 dst-port 53");
  auto match = to_mac();
  EXPECT_EQ(match.to_string(), "ether dst 02:00:00:00:00:07");
  match.vlan = 100;
  EXPECT_EQ(match.to_string(), "ether dst 02:00:00:00:00:07 vlan 100");
  match.dst = IpPrefix::parse("10.9.0.0/16");
  EXPECT_EQ(match.to_string(), "ip4 dst-ip 10.9.0.0/16 dst-mac 02:00:00:00:00:07 vlan 100");
  match.dst = IpPrefix::parse("::/0");
  match.protocol = Protocol::udp;
  EXPECT_EQ(match.to_string(), "udp6 dst-mac 02:00:00:00:00:07 vlan 100");
}

TEST(FlowMatch, ConflictsWithOneOfTheSameKindWithPortsInCommon) {
  const auto match = to_host(Protocol::tcp, "10.22.0.5", {6000, 0xfffc});
  auto other = match;
  EXPECT_TRUE(match.conflicts_with(other));
  for (const PortBlock common : {PortBlock{6003, 0xffff}, every_port}) {
    other.dst_port = common;
    EXPECT_TRUE(match.conflicts_with(other));
    EXPECT_TRUE(other.conflicts_with(match));
  }
  other.dst_port = {6004, 0xffff};
  EXPECT_FALSE(match.conflicts_with(other));
}

TEST(FlowMatch, HasNoConflictWithOneOfAnotherKind) {
  const auto match = to_host(Protocol::tcp, "10.22.0.5", {6000, 0xfffc});
  const auto changed = [&](auto change) {
    auto other = match;
    change(other);
    return other;
  };
  EXPECT_FALSE(match.conflicts_with(changed([](auto& other) { other.src = IpPrefix::parse("10.0.0.0/8"); })));
  EXPECT_FALSE(match.conflicts_with(changed([](auto& other) { other.protocol = Protocol::udp; })));
  EXPECT_FALSE(
      match.conflicts_with(changed([](auto& other) { other.dst = IpPrefix::parse("10.22.0.0/16"); })));
  EXPECT_FALSE(match.conflicts_with(changed([](auto& other) { other.dst_mac = to_mac().dst_mac; })));
  EXPECT_FALSE(match.conflicts_with(changed([](auto& other) { other.vlan = 1; })));
  EXPECT_TRUE(to_mac().conflicts_with(to_mac()));
}

}  // namespace
}  // namespace rxlease::kernel
