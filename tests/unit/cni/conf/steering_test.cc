// SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with "steering", wherever it is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cni/conf/environment.h"
#include "cni/conf/net_conf.h"
#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/cni/conf/mistake.h"
#include "tests/unit/cni/conf/parse_with.h"

namespace rxlease::cni {
namespace {

Environment read_with(const std::string& args) {
  return read_environment([&](std::string_view name) -> std::optional<std::string> {
    if (name == "CNI_ARGS") return args;
    if (name == "CNI_COMMAND") return "ADD";
    if (name == "CNI_CONTAINERID") return "c1";
    if (name == "CNI_NETNS") return "/run/netns/a";
    if (name == "CNI_IFNAME") return "eth0";
    return std::nullopt;
  });
}

class BadSteering : public testing::TestWithParam<Mistake> {};

// In the network's own list, and in that of a pod.
TEST_P(BadSteering, IsExplained) {
  const auto& mistake = GetParam();
  const auto steering = R"("steering": )" + mistake.input;
  expect_error(error_of([&] { parse_with(steering); }), mistake.code, mistake.message, mistake.details);
  auto message = mistake.message;
  message.emplace_back("args.cni.steering");
  expect_error(error_of([&] { parse_with(R"("args": {"cni": {)" + steering + "}}"); }), mistake.code, message,
               mistake.details);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadSteering,
    testing::Values(
        Mistake{"Object", "{}", invalid, {"steering", "{}", "not an array"}, {"[ ... ]"}},
        Mistake{"Text", R"("tcp/5201")", invalid, {"steering", "tcp/5201"}, {"[ ... ]"}},
        Mistake{"FlowAsText", R"(["tcp/5201"])", invalid, {"steering[0]", "tcp/5201"}, {"{ ... }"}},
        Mistake{"NoProtocol", R"([{"dstPort": 1}])", invalid, {"steering[0].protocol", "missing"}, {"tcp"}},
        Mistake{"Sctp",
                R"([{"protocol": "sctp", "dstPort": 1}])",
                invalid,
                {"steering[0].protocol", "sctp"},
                {R"("tcp" or "udp")"}},
        Mistake{"ProtocolNumber",
                R"([{"protocol": 6, "dstPort": 1}])",
                invalid,
                {"steering[0].protocol", "6"},
                {"quotation"}},
        Mistake{
            "NoPort", R"([{"protocol": "tcp"}])", invalid, {"steering[0].dstPort", "missing"}, {"6000-6003"}},
        Mistake{"PortZero",
                R"([{"protocol": "tcp", "dstPort": 0}])",
                invalid,
                {"steering[0].dstPort", "0 is out of range"},
                {"1 to 65535"}},
        Mistake{"PortTooHigh",
                R"([{"protocol": "tcp", "dstPort": 65536}])",
                invalid,
                {"steering[0].dstPort", "65536"},
                {"1 to 65535"}},
        Mistake{"PortNegative",
                R"([{"protocol": "tcp", "dstPort": -1}])",
                invalid,
                {"steering[0].dstPort", "-1"},
                {"1 to 65535"}},
        Mistake{"PortFraction",
                R"([{"protocol": "tcp", "dstPort": 80.5}])",
                invalid,
                {"steering[0].dstPort", "80.5"},
                {"1 to 65535"}},
        Mistake{"PortList",
                R"([{"protocol": "tcp", "dstPort": [80, 81]}])",
                invalid,
                {"steering[0].dstPort", "[80,81]"},
                {"1 to 65535"}},
        Mistake{"PortNull",
                R"([{"protocol": "tcp", "dstPort": null}])",
                invalid,
                {"steering[0].dstPort\" is missing"},
                {"add it"}},
        Mistake{"RangeBackwards",
                R"([{"protocol": "tcp", "dstPort": "6003-6000"}])",
                invalid,
                {"steering[0].dstPort", "6003-6000"},
                {"FIRST not after LAST"}},
        Mistake{"RangeOfZero",
                R"([{"protocol": "tcp", "dstPort": "0-5"}])",
                invalid,
                {"steering[0].dstPort", "0-5"},
                {"1 to 65535"}},
        Mistake{"ServiceName",
                R"([{"protocol": "tcp", "dstPort": "http"}])",
                invalid,
                {"steering[0].dstPort", "http"},
                {"FIRST-LAST"}},
        Mistake{"SourceAddress",
                R"([{"protocol": "tcp", "dstPort": 1, "srcPrefix": "10.0.0.1"}])",
                invalid,
                {"steering[0].srcPrefix", "10.0.0.1"},
                {"ADDRESS/LENGTH"}},
        Mistake{"SourceTooLong",
                R"([{"protocol": "tcp", "dstPort": 1, "srcPrefix": "10.0.0.0/33"}])",
                invalid,
                {"steering[0].srcPrefix", "10.0.0.0/33"},
                {"ADDRESS/LENGTH"}},
        Mistake{"SourceWithHostBits",
                R"([{"protocol": "tcp", "dstPort": 1, "srcPrefix": "10.0.0.5/8"}])",
                invalid,
                {"steering[0].srcPrefix", "10.0.0.5/8", "beyond its length"},
                {"use 10.0.0.0/8"}},
        Mistake{"SourceNumber",
                R"([{"protocol": "tcp", "dstPort": 1, "srcPrefix": 10}])",
                invalid,
                {"steering[0].srcPrefix", "10"},
                {"quotation"}},
        Mistake{"Misspelt",
                R"([{"protocol": "tcp", "dstport": 1}, {"protocol": "tcp", "dstPort": 1}])",
                invalid,
                {"steering[0].dstPort", "missing"},
                {"add it"}},
        Mistake{"Unknown",
                R"([{"protocol": "tcp", "dstPort": 1, "srcPort": 2}])",
                unsupported,
                {"steering[0].srcPort", "2"},
                {"leave it out"}},
        Mistake{"Twice",
                R"([{"protocol": "tcp", "dstPort": 1}, {"protocol": "tcp", "dstPort": "1-3"}])",
                invalid,
                {"steering[1].dstPort", "1-3", "ports of steering[0] too"},
                {"once"}}),
    name_of);

class BadSteeringArgs : public testing::TestWithParam<Mistake> {};

TEST_P(BadSteeringArgs, IsExplained) {
  const auto& mistake = GetParam();
  expect_error(error_of([&] { read_with("RXLEASE_STEERING=" + mistake.input); }), mistake.code,
               mistake.message, mistake.details);
}

INSTANTIATE_TEST_SUITE_P(
    Arguments, BadSteeringArgs,
    testing::Values(
        Mistake{"Nothing", "", environment, {"RXLEASE_STEERING", "no flow"}, {"leave RXLEASE_STEERING out"}},
        Mistake{"NoPort", "tcp", environment, {"RXLEASE_STEERING", "\"tcp\""}, {"PROTOCOL/PORTS"}},
        Mistake{
            "Second", "tcp/1,tcp/x", environment, {"\"tcp/x\" is not a flow"}, {"tcp/5201,udp/6000-6003"}},
        Mistake{"Gap", "tcp/1,,tcp/2", environment, {"\"\" is not a flow"}, {"commas"}},
        Mistake{"Prefix", "tcp/1@10.0.0.1/8", environment, {"tcp/1@10.0.0.1/8"}, {"@SRCPREFIX"}},
        Mistake{"Overlap", "tcp/1-5,tcp/5", environment, {"\"tcp/5\"", "another one"}, {"once"}},
        Mistake{
            "Twice", "tcp/1;RXLEASE_STEERING=tcp/2", environment, {"RXLEASE_STEERING", "second"}, {"once"}}),
    name_of);

TEST(Steering, IsReadFromTheNetwork) {
  const auto conf = parse_with(
      R"("steering": [{"protocol": "tcp", "dstPort": 5201},
                      {"protocol": "udp", "dstPort": "6000-6003", "srcPrefix": "10.0.0.0/8"},
                      {"protocol": "udp", "dstPort": "7"}])");
  ASSERT_EQ(conf.steering.flows.size(), 3U);
  EXPECT_EQ(conf.steering.flows[0].protocol, kernel::Protocol::tcp);
  EXPECT_EQ(conf.steering.flows[0].dst_port->first, 5201);
  EXPECT_EQ(conf.steering.flows[0].dst_port->last, 5201);
  EXPECT_FALSE(conf.steering.flows[0].src_prefix);
  EXPECT_EQ(conf.steering.flows[1].dst_port->last, 6003);
  EXPECT_EQ(conf.steering.flows[1].src_prefix, kernel::IpPrefix::parse("10.0.0.0/8"));
  EXPECT_EQ(conf.steering.flows[2].dst_port->first, 7);
  EXPECT_FALSE(conf.steering.pod_flows);
}

TEST(Steering, IsReadFromCniArgs) {
  const auto conf =
      parse_with(R"("args": {"cni": {"ips": 1, "steering": [{"protocol": "tcp", "dstPort": 1}]}})");
  EXPECT_TRUE(conf.steering.flows.empty());
  ASSERT_TRUE(conf.steering.pod_flows);
  EXPECT_EQ(conf.steering.pod_flows->size(), 1U);
  EXPECT_TRUE(parse_with(R"("args": {"cni": {"steering": []}})").steering.pod_flows->empty())
      << "none, for this pod";
}

TEST(Steering, LeavesArgumentsOfOthersAlone) {
  for (const char* args : {"null", "[]", "{}", R"({"cni": 1})", R"({"cni": {}})", R"({"steering": 1})",
                           R"({"labels": {"steering": 1}})"}) {
    EXPECT_FALSE(parse_with(R"("args": )" + std::string(args)).steering.pod_flows) << args;
  }
}

TEST(Steering, IsReadFromTheEnvironment) {
  EXPECT_FALSE(read_with("K8S_POD_NAME=a").steering);
  const auto flows = read_with("IgnoreUnknown=1;RXLEASE_STEERING=tcp/5201,udp/6000-6003@fd00::/64").steering;
  ASSERT_TRUE(flows);
  ASSERT_EQ(flows->size(), 2U);
  EXPECT_EQ(flows->at(1).src_prefix, kernel::IpPrefix::parse("fd00::/64"));
}

TEST(Steering, NamesAtMost256Flows) {
  const auto flows = [](int count) {
    auto list = nlohmann::json::array();
    for (int port = 1; port <= count; ++port) list.push_back({{"protocol", "tcp"}, {"dstPort", port}});
    return "\"steering\": " + list.dump();
  };
  EXPECT_EQ(parse_with(flows(256)).steering.flows.size(), 256U);
  expect_error(error_of([&] { parse_with(flows(257)); }), Code::invalid_config, {"steering", "257 flows"},
               {"256"});
  expect_error(error_of([&] { parse_with("\"args\": {\"cni\": {" + flows(257) + "}}"); }),
               Code::invalid_config, {"args.cni.steering", "257 flows"}, {"256"});
  std::string args = "RXLEASE_STEERING=tcp/1";
  for (int port = 2; port <= 257; ++port) args += ",tcp/" + std::to_string(port);
  expect_error(error_of([&] { read_with(args); }), Code::invalid_environment, {"RXLEASE_STEERING", "tcp/257"},
               {"256"});
}

TEST(Steering, KnowsTheAddressesThatAPodAskedFor) {
  const auto conf = parse_with(
      R"("ipam": {"type": "static"}, "runtimeConfig": {"ips": ["10.0.0.1/24"]}, "args": {"cni": {"ips": ["fd00::1", 3]}})");
  ASSERT_EQ(conf.requested_addresses.size(), 2U);
  EXPECT_EQ(conf.requested_addresses[0].to_string(), "10.0.0.1");
  EXPECT_EQ(conf.requested_addresses[1].to_string(), "fd00::1");
  const auto environment = read_with("IP=10.0.0.2/24,nonsense");
  ASSERT_EQ(environment.requested_addresses.size(), 1U);
  EXPECT_EQ(environment.requested_addresses[0].to_string(), "10.0.0.2");
}

TEST(ProxyNeighbors, AreReadForAPairWithAddresses) {
  EXPECT_FALSE(parse_with("").steering.proxy_neighbors);
  EXPECT_TRUE(
      parse_with(R"("proxyNeighbors": true, "ipam": {"type": "host-local"})").steering.proxy_neighbors);
  EXPECT_FALSE(parse_with(R"("proxyNeighbors": false, "pairing": "single")").steering.proxy_neighbors);
}

TEST(ProxyNeighbors, AreRefusedWhereNothingCouldAnswer) {
  expect_error(error_of([] {
                 parse_with(R"("proxyNeighbors": true, "pairing": "single", "ipam": {"type": "host-local"})");
               }),
               Code::invalid_config, {"proxyNeighbors", "\"pairing\": \"single\""},
               {"\"pairing\": \"pair\""});
  expect_error(error_of([] { parse_with(R"("proxyNeighbors": true)"); }), Code::invalid_config,
               {"proxyNeighbors", "no IPAM"}, {"\"ipam\""});
  expect_error(error_of([] { parse_with(R"("proxyNeighbors": 1, "ipam": {"type": "host-local"})"); }),
               Code::invalid_config, {"proxyNeighbors", "1"}, {"true or false"});
}

}  // namespace
}  // namespace rxlease::cni
