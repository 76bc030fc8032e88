// SPDX-License-Identifier: Apache-2.0
//
// Packets through the pair, from sockets in the host to sockets in the pod and back.
#include "tests/system/fixture/sockets/traffic.h"

#include <gtest/gtest.h>

#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

struct Case {
  const char* name;
  const char* mode;
  std::vector<std::string> subnets;
  std::vector<std::string> gateways;  // of each subnet
  std::vector<std::string> pods;      // first and second address of each subnet
};

class Traffic : public Node, public testing::WithParamInterface<Case> {
 protected:
  json conf(std::uint32_t queue, const json& members = json::object()) const {
    auto conf = leasing({queue}, members);
    conf["mode"] = GetParam().mode;
    conf["ipam"] = runtime.host_local(GetParam().subnets);
    return conf;
  }
};

TEST_P(Traffic, FlowsBothWaysBetweenHostAndPod) {
  attached(conf(7));
  for (std::size_t i = 0; i < GetParam().subnets.size(); ++i) {
    EXPECT_TRUE(udp_echo(host(), pod.netns(), GetParam().pods[2 * i]));
    EXPECT_TRUE(udp_echo(pod.netns(), host(), GetParam().gateways[i]));
    EXPECT_TRUE(tcp_echo(host(), pod.netns(), GetParam().pods[2 * i]));
    EXPECT_TRUE(tcp_echo(pod.netns(), host(), GetParam().gateways[i]));
  }
}

TEST_P(Traffic, FlowsBetweenTwoPodsThroughTheHost) {
  Pod other;
  attached(conf(7));
  ASSERT_TRUE(succeeded(runtime.add(other.attachment(), conf(6))));
  for (std::size_t i = 0; i < GetParam().subnets.size(); ++i) {
    EXPECT_TRUE(udp_echo(pod.netns(), other.netns(), GetParam().pods[2 * i + 1]));
    EXPECT_TRUE(tcp_echo(other.netns(), pod.netns(), GetParam().pods[2 * i]));
  }
}

// Both pods' links carry the gateway's address.
TEST_P(Traffic, OfAPodOutlivesTheOtherPod) {
  Pod other;
  attached(conf(7));
  ASSERT_TRUE(succeeded(runtime.add(other.attachment(), conf(6))));
  ASSERT_TRUE(succeeded(runtime.del(pod.attachment(), conf(7))));
  for (std::size_t i = 0; i < GetParam().subnets.size(); ++i) {
    EXPECT_TRUE(tcp_echo(other.netns(), host(), GetParam().gateways[i]));
    EXPECT_TRUE(tcp_echo(host(), other.netns(), GetParam().pods[2 * i + 1]));
  }
}

TEST_P(Traffic, FlowsInJumboFrames) {
  attached(conf(7, {{"mtu", 9000}}));
  for (std::size_t i = 0; i < GetParam().subnets.size(); ++i) {
    EXPECT_TRUE(tcp_echo(pod.netns(), host(), GetParam().gateways[i]));
  }
}

const Case cases[]{{"L3OverIPv4", "l3", {"10.22.0.0/24"}, {"10.22.0.1"}, {"10.22.0.2", "10.22.0.3"}},
                   {"L3OverIPv6", "l3", {"fd00:22::/64"}, {"fd00:22::1"}, {"fd00:22::2", "fd00:22::3"}},
                   {"L3OverBoth",
                    "l3",
                    {"10.22.0.0/24", "fd00:22::/64"},
                    {"10.22.0.1", "fd00:22::1"},
                    {"10.22.0.2", "10.22.0.3", "fd00:22::2", "fd00:22::3"}},
                   {"L2OverIPv4", "l2", {"10.22.0.0/24"}, {"10.22.0.1"}, {"10.22.0.2", "10.22.0.3"}},
                   {"L2OverIPv6", "l2", {"fd00:22::/64"}, {"fd00:22::1"}, {"fd00:22::2", "fd00:22::3"}},
                   {"L2OverBoth",
                    "l2",
                    {"10.22.0.0/24", "fd00:22::/64"},
                    {"10.22.0.1", "fd00:22::1"},
                    {"10.22.0.2", "10.22.0.3", "fd00:22::2", "fd00:22::3"}}};

INSTANTIATE_TEST_SUITE_P(InEveryMode, Traffic, testing::ValuesIn(cases),
                         [](const auto& instance) { return instance.param.name; });

// What a policy means: of blackhole, that the kernel drops what no program lets through.
using Policy = Node;

TEST_F(Policy, OfTheHostsEndStopsWhatTheHostSends) {
  attached(leasing({7}, {{"policy", "blackhole"}, {"ipam", runtime.host_local({"10.22.0.0/24"})}}));
  EXPECT_FALSE(udp_echo(host(), pod.netns(), "10.22.0.2", std::chrono::milliseconds(200)));
}

}  // namespace
}  // namespace rxlease::tests
