// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/flow.h"

#include <gtest/gtest.h>

#include <set>

namespace rxlease::attachment {
namespace {

using kernel::IpPrefix;
using kernel::PortBlock;
using kernel::Protocol;

std::vector<PortBlock> blocks(const char* text) {
  return PortRange::parse(text)->blocks();
}

TEST(PortRange, IsAPortOrTwoWithADashBetween) {
  EXPECT_EQ(PortRange::parse("5201")->first, 5201);
  EXPECT_EQ(PortRange::parse("5201")->last, 5201);
  EXPECT_EQ(PortRange::parse("1-65535")->last, 65535);
  for (const char* text : {"", "0", "65536", "-", "1-", "-1", "0-5", "5-4", "1-65536", "1-2-3", " 1", "1 ",
                           "1 - 2", "+1", "0x1", "http"}) {
    EXPECT_FALSE(PortRange::parse(text)) << text;
  }
}

TEST(PortRange, IsOneBlockWhereItBeginsAndEndsWithOne) {
  EXPECT_EQ(blocks("5201"), (std::vector<PortBlock>{{5201, 0xffff}}));
  EXPECT_EQ(blocks("6000-6003"), (std::vector<PortBlock>{{6000, 0xfffc}}));
  EXPECT_EQ(blocks("32768-65535"), (std::vector<PortBlock>{{32768, 0x8000}}));
}

TEST(PortRange, IsTheFewestBlocksOtherwise) {
  EXPECT_EQ(blocks("6001-6006"),
            (std::vector<PortBlock>{{6001, 0xffff}, {6002, 0xfffe}, {6004, 0xfffe}, {6006, 0xffff}}));
  EXPECT_EQ(blocks("1-65535").size(), 16U);
  EXPECT_EQ(blocks("1-65534").size(), 30U) << "the most that there can be";
}

TEST(PortRange, HasEachOfItsPortsInOneBlock) {
  for (const char* text : {"1-1", "1-7", "1000-3000", "65535", "65534-65535", "4095-4097"}) {
    const auto range = *PortRange::parse(text);
    std::multiset<unsigned> covered;
    for (const auto& block : range.blocks()) {
      for (unsigned port = block.first; port <= block.last(); ++port) covered.insert(port);
    }
    std::multiset<unsigned> ports;
    for (unsigned port = range.first; port <= range.last; ++port) ports.insert(port);
    EXPECT_EQ(covered, ports) << text;
  }
}

TEST(Flow, HasAFormForVariablesAndCommandLines) {
  const auto plain = parse_flow("tcp/5201");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->protocol, Protocol::tcp);
  EXPECT_EQ(plain->dst_port->first, 5201);
  EXPECT_FALSE(plain->src_prefix);
  const auto full = parse_flow("udp/6000-6003@fd00::/64");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->protocol, Protocol::udp);
  EXPECT_EQ(full->dst_port->last, 6003);
  EXPECT_EQ(full->src_prefix, IpPrefix::parse("fd00::/64"));
  for (const char* text :
       {"", "tcp", "tcp/", "/5201", "TCP/5201", "sctp/1", "tcp/0", "tcp/1@", "tcp/1@10.0.0.1",
        "tcp/1@10.0.0.1/8", "tcp/1/2", "tcp:5201", "tcp/1@10.0.0.0/8@10.0.0.0/8"}) {
    EXPECT_FALSE(parse_flow(text)) << text;
  }
}

TEST(Flow, OverlapsOneOfTheSameKindWithPortsInCommon) {
  const auto overlap = [](const char* a, const char* b) { return parse_flow(a)->overlaps(*parse_flow(b)); };
  EXPECT_TRUE(overlap("tcp/5201", "tcp/5201"));
  EXPECT_TRUE(overlap("tcp/1-10", "tcp/10-20"));
  EXPECT_TRUE(overlap("tcp/1-10@10.0.0.0/8", "tcp/5@10.0.0.0/8"));
  EXPECT_FALSE(overlap("tcp/1-10", "tcp/11-20"));
  EXPECT_FALSE(overlap("tcp/1-10", "udp/1-10"));
  EXPECT_FALSE(overlap("tcp/1-10", "tcp/1-10@10.0.0.0/8")) << "the narrower one is another flow";
}

}  // namespace
}  // namespace rxlease::attachment
