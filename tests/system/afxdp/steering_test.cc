// SPDX-License-Identifier: Apache-2.0
//
// What a single's steering names arrives at the pod's AF_XDP socket, and nothing else does.
#include <algorithm>

#include "tests/system/afxdp/afxdp_node.h"
#include "tests/system/afxdp/frames.h"
#include "tests/system/fixture/host.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

constexpr const char* mac = "02:00:00:00:00:07";
constexpr int many = 20;  // fit in a queue that nobody empties

class AfxdpSteering : public AfxdpNode {
 protected:
  void SetUp() override { start(); }

  std::uint64_t received(std::uint32_t queue) const {
    for (const auto& counted : netdev_of(host()).qstats_get_dump(nic->ifindex())) {
      if (counted.queue_type == kernel::QueueType::rx && counted.queue_id == queue)
        return counted.rx_packets.value_or(0);
    }
    throw std::runtime_error("no counter of queue " + std::to_string(queue));
  }

  void send(const Frame& frame) const { send_frames(client, nic->client_ifname(), frame, many); }

  // Of frames sent, first the others, then those of the flow, only the latter come to the pod's socket.
  void expect_only(const json& flow, const std::vector<Frame>& others, const std::vector<Frame>& wanted) {
    SCOPED_TRACE(flow.dump());
    const json members{{"steering", {flow}}};
    const auto container = give(pod, {7}, members);
    const auto count = static_cast<std::uint32_t>(many * wanted.size());
    auto process = echo(container, 7, count);
    const auto before = received(7);
    for (const auto& frame : others) send(frame);
    for (const auto& frame : wanted) send(frame);
    const auto finished = process.wait();
    EXPECT_EQ(finished.status, 0) << finished.errors;
    EXPECT_THAT(finished.output,
                testing::HasSubstr(std::to_string(count) + " packets, zero-copy; 0 dropped"));
    EXPECT_EQ(received(7) - before, count);
    ASSERT_TRUE(succeeded(detach(pod, {7}, members)));
    send(wanted.front());
    EXPECT_EQ(received(7) - before, count) << "the rule is gone";
  }
};

Frame frame(const std::string& dst_mac, std::optional<std::uint16_t> vlan = std::nullopt) {
  Frame frame;
  frame.dst_mac = dst_mac;
  frame.vlan = vlan;
  return frame;
}

Frame to(const std::string& dst, std::uint16_t port = 9, std::uint8_t protocol = 17) {
  auto made = frame(mac);
  made.dst = dst;
  made.dst_port = port;
  made.protocol = protocol;
  return made;
}

TEST_F(AfxdpSteering, BringsWhatIsForAMac) {
  auto in_a_vlan = frame(mac, 5);
  auto no_udp = frame(mac);
  no_udp.protocol = 89;
  expect_only({{"dstMac", mac}}, {frame("02:00:00:00:00:08"), frame("ff:ff:ff:ff:ff:ff")},
              {frame(mac), in_a_vlan, no_udp});
}

TEST_F(AfxdpSteering, BringsWhatIsOfAVlan) {
  auto urgent = frame("02:00:00:00:00:08", 100);
  urgent.vlan_priority = 7;
  expect_only({{"vlan", 100}}, {frame(mac), frame(mac, 101), frame(mac, 1)},
              {frame(mac, 100), frame("ff:ff:ff:ff:ff:ff", 100), urgent});
}

TEST_F(AfxdpSteering, BringsWhatIsForAMacInAVlan) {
  expect_only({{"dstMac", mac}, {"vlan", 100}},
              {frame(mac), frame(mac, 101), frame("02:00:00:00:00:08", 100)}, {frame(mac, 100)});
}

TEST_F(AfxdpSteering, BringsWhatIsForAPrefix) {
  expect_only({{"dstPrefix", "10.9.0.0/16"}}, {to("10.8.255.255"), to("10.10.0.0")},
              {to("10.9.0.0"), to("10.9.255.255"), to("10.9.1.1", 9, 89)});
}

TEST_F(AfxdpSteering, BringsWhatIsForPortsOfAMac) {
  expect_only({{"dstMac", mac}, {"protocol", "udp"}, {"dstPort", "4788-4789"}},
              {to("10.9.0.1", 4790), to("10.9.0.1", 4789, 89), frame("02:00:00:00:00:08")},
              {to("10.9.0.1", 4788), to("10.1.1.1", 4789)});
}

TEST_F(AfxdpSteering, KeepsTwoPodsApartByTheirVlans) {
  const auto one = give(pod, {7}, {{"steering", {{{"vlan", 7}}}}});
  const auto two = give(other, {6}, {{"steering", {{{"vlan", 6}}}}});
  auto first = echo(one, 7, many);
  auto second = echo(two, 6, many);
  send(frame(mac, 7));
  send(frame(mac, 6));
  EXPECT_EQ(first.wait().status, 0);
  EXPECT_EQ(second.wait().status, 0);
  EXPECT_EQ(received(7), many);
  EXPECT_EQ(received(6), many);
}

}  // namespace
}  // namespace rxlease::tests
