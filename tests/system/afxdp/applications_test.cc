// SPDX-License-Identifier: Apache-2.0
//
// The programs of docs/applications.md that use AF_XDP, in a container with the rights that the page names.
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>

#include "kernel/fd.h"
#include "tests/system/afxdp/afxdp_node.h"

namespace rxlease::tests {
namespace {

class AfxdpApplications : public AfxdpNode {
 protected:
  void SetUp() override { start(); }

  // The file of a program of the page.
  static std::string program(const std::string& name) {
    const char* programs = std::getenv("RXLEASE_APPLICATIONS");
    if (programs == nullptr) {
      throw std::runtime_error("RXLEASE_APPLICATIONS is not set: what tests/references/applications made");
    }
    return std::string(programs) + "/" + name;
  }

  // Waits until the program has printed the text.
  static testing::AssertionResult prints(const ChildProcess& process, const std::string& text) {
    const auto printed = [&] { return process.output_so_far().find(text) != std::string::npos; };
    if (eventually(printed, std::chrono::seconds(20))) return testing::AssertionSuccess();
    return testing::AssertionFailure() << process.output_so_far();
  }
};

TEST_F(AfxdpApplications, OfThePageReceiveWithLibxdp) {
  const auto container = give(pod, {7});
  auto process = container.start(program("xdp"), {"rxq0", "1", folder(7), "3"});
  ASSERT_TRUE(prints(process, "listening\n"));
  ask(client, 7007, 3, 200);  // in vain: the program does not answer
  const auto finished = process.wait();
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_THAT(finished.output, testing::MatchesRegex("listening\n(a packet of [0-9]+ bytes\n)+"));
}

// docs/neighbours.md: what tcpdump sees.
TEST_F(AfxdpApplications, ReceiveWhatNoPacketSocketSees) {
  const kernel::Fd dump(socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_IP)));
  ASSERT_TRUE(dump);
  const auto container = give(pod, {7});
  const auto process = echo(container, 7, 0);
  ASSERT_EQ(ask(client, 7007, 10).answered, 10U);
  std::array<unsigned char, 2048> packet{};
  while (recv(dump.get(), packet.data(), packet.size(), 0) > 0) {
    const auto port = packet[22] << 8 | packet[23];  // of an IPv4 header without options, and UDP's
    EXPECT_FALSE(packet[9] == IPPROTO_UDP && port == 7007);
  }
}

TEST_F(AfxdpApplications, OfThePageReadLeasesAndHandOverInGo) {
  const auto container = give(pod, {7});
  auto process = container.start(program("leases"), {"AFXDP"});
  const auto finished = process.wait();
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(finished.output,
            nic->device_id(7) + " is queue 1 of rxq0 (single)\nits packets come to this process\n");
  EXPECT_TRUE(logs("rx7"));
}

}  // namespace
}  // namespace rxlease::tests
