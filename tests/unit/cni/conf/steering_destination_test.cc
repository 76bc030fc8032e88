// SPDX-License-Identifier: Apache-2.0
//
// Flows for other destinations than the pod's own addresses: what can be wrong with them, and what is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cni/conf/net_conf.h"
#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/cni/conf/mistake.h"
#include "tests/unit/cni/conf/parse_with.h"

namespace rxlease::cni {
namespace {

NetConf parse_single(const std::string& flows) {
  return parse_with(R"("pairing": "single", "steering": )" + flows);
}

class BadDestination : public testing::TestWithParam<Mistake> {};

TEST_P(BadDestination, IsExplained) {
  const auto& mistake = GetParam();
  expect_error(error_of([&] { parse_single(mistake.input); }), mistake.code, mistake.message,
               mistake.details);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadDestination,
    testing::Values(
        Mistake{"Mac", R"([{"dstMac": "02:00"}])", invalid, {"steering[0].dstMac", "02:00"}, {"six pairs"}},
        Mistake{"MacOfZeros",
                R"([{"dstMac": "00:00:00:00:00:00"}])",
                invalid,
                {"steering[0].dstMac", "00:00:00:00:00:00"},
                {"six pairs"}},
        Mistake{"MacNumber", R"([{"dstMac": 2}])", invalid, {"steering[0].dstMac", "2"}, {"quotation"}},
        Mistake{"VlanZero", R"([{"vlan": 0}])", invalid, {"steering[0].vlan", "0"}, {"1 to 4094"}},
        Mistake{"VlanTooHigh", R"([{"vlan": 4095}])", invalid, {"steering[0].vlan", "4095"}, {"1 to 4094"}},
        Mistake{"VlanText", R"([{"vlan": "100"}])", invalid, {"steering[0].vlan", "100"}, {"1 to 4094"}},
        Mistake{"PrefixWithoutLength",
                R"([{"dstPrefix": "10.0.0.1"}])",
                invalid,
                {"steering[0].dstPrefix", "10.0.0.1"},
                {"ADDRESS/LENGTH"}},
        Mistake{"PrefixWithHostBits",
                R"([{"dstPrefix": "10.0.0.1/8"}])",
                invalid,
                {"steering[0].dstPrefix", "beyond its length"},
                {"use 10.0.0.0/8"}},
        Mistake{"PortWithoutProtocol",
                R"([{"vlan": 100, "dstPort": 53}])",
                invalid,
                {"steering[0].dstPort", "53", "no \"protocol\" beside it"},
                {R"("tcp" or "udp")"}},
        Mistake{"Families",
                R"([{"dstPrefix": "10.0.0.0/8", "srcPrefix": "fd00::/8"}])",
                invalid,
                {"steering[0].srcPrefix", "fd00::/8", "another family"},
                {"two IPv4 prefixes"}},
        Mistake{"SourceAlone",
                R"([{"srcPrefix": "10.0.0.0/8"}])",
                invalid,
                {"steering[0].protocol", "missing"},
                {"tcp"}},
        Mistake{"MacTwice",
                R"([{"dstMac": "02:00:00:00:00:07"}, {"dstMac": "02:00:00:00:00:07"}])",
                invalid,
                {"steering[1].dstMac", "steering[0] has already"},
                {"once"}},
        Mistake{"VlanTwice",
                R"([{"vlan": 7, "protocol": "udp"}, {"vlan": 7}, {"vlan": 7, "protocol": "udp"}])",
                invalid,
                {"steering[2].vlan", "steering[0] has already"},
                {"once"}},
        Mistake{"PortsInAll",
                R"([{"vlan": 7, "protocol": "udp"}, {"vlan": 7, "protocol": "udp", "dstPort": 5}])",
                invalid,
                {"steering[1].dstPort", "5", "ports of steering[0] too"},
                {"once"}}),
    name_of);

TEST(Destination, IsRead) {
  const auto conf = parse_single(
      R"([{"dstMac": "02:00:00:00:00:07", "vlan": 100}, {"vlan": 4094},
          {"dstPrefix": "10.9.0.0/16", "protocol": "udp", "dstPort": "1-5", "srcPrefix": "10.0.0.0/8"},
          {"vlan": 4094, "protocol": "tcp"}])");
  ASSERT_EQ(conf.steering.flows.size(), 4U);
  EXPECT_EQ(conf.steering.flows[0].dst_mac, kernel::MacAddress::parse("02:00:00:00:00:07"));
  EXPECT_EQ(conf.steering.flows[0].vlan, 100);
  EXPECT_EQ(conf.steering.flows[2].dst_prefix, kernel::IpPrefix::parse("10.9.0.0/16"));
  EXPECT_EQ(conf.steering.flows[3].protocol, kernel::Protocol::tcp);
  EXPECT_FALSE(conf.steering.flows[3].dst_port);
  for (const auto& flow : conf.steering.flows) EXPECT_TRUE(flow.names_destination());
}

// A pair gets what the host's stack routes to it: what is steered beside that would reach nobody.
TEST(Destination, IsOnlyForASingle) {
  for (const std::string member :
       {R"("vlan": 100)", R"("dstMac": "02:00:00:00:00:07")", R"("dstPrefix": "10.0.0.0/8")"}) {
    const auto key = member.substr(1, member.find('"', 1) - 1);
    expect_error(error_of([&] { parse_with(R"("steering": [{)" + member + "}]"); }), invalid,
                 {"steering[0]." + key, "\"pairing\": \"pair\""}, {"\"pairing\": \"single\""});
  }
}

// Or else a pod could take what is for others.
TEST(Destination, IsForAPodToSayOnlyWhereTheNetworkSaysSo) {
  const std::string args = R"("pairing": "single", "args": {"cni": {"steering": [{"vlan": 100}]}})";
  for (const std::string refusing : {"", R"(, "podDestinations": false)"}) {
    expect_error(error_of([&] { parse_with(args + refusing); }), invalid,
                 {"args.cni.steering[0].vlan", "not for a pod to say"}, {"\"podDestinations\": true"});
  }
  EXPECT_EQ(parse_with(args + R"(, "podDestinations": true)").steering.pod_flows->at(0).vlan, 100);
  expect_error(error_of([&] { parse_with(args + R"(, "podDestinations": 1)"); }), invalid,
               {"podDestinations", "1"}, {"true or false"});
}

}  // namespace
}  // namespace rxlease::cni
