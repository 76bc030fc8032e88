// SPDX-License-Identifier: Apache-2.0
//
// Programs that send descriptors on which a thread hangs. What the hand-off gives to whom is tested on a
// kernel that leases: tests/system/afxdp/handshake_test.cc.
#include "deviceplugin/xdp/hand_off/hand_off.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <future>
#include <list>

#include "kernel/error.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/sockets/lingering_socket.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::xdp {
namespace {

using kernel::Fd;
using kernel::SeqPacket;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::eventually;
using tests::LingeringSocket;

class HandOffTest : public testing::Test {
 protected:
  HandOffTest() { hand_off->serve({first, second}); }

  std::string path_of(const kernel::DeviceId& device) const {
    return scratch / ("devices/" + device.to_string() + "/afxdp.sock");
  }
  bool is_there(const kernel::DeviceId& device) const { return std::filesystem::exists(path_of(device)); }

  SeqPacket call(const kernel::DeviceId& device) const {
    return SeqPacket::connect(path_of(device), seconds(5));
  }

  // Empty: no answer, or the end.
  static std::string answer_on(const SeqPacket& connection) {
    if (!connection.wait(std::chrono::steady_clock::now() + seconds(5) * tests::patience_factor())) return "";
    try {
      const auto packet = connection.receive();
      return packet ? packet->text : "";
    } catch (const kernel::KernelError&) {
      return "";  // it was reset
    }
  }
  std::string version_from(const kernel::DeviceId& device) const {
    const auto connection = call(device);
    try {
      connection.send("/version");
    } catch (const kernel::KernelError&) {
      return "";  // it was refused at once
    }
    return answer_on(connection);
  }

  double metric(const std::string& name) const {
    for (const auto& family : registry.Collect()) {
      if (family.name != name) continue;
      return family.metric.front().counter.value + family.metric.front().gauge.value;
    }
    return -1;
  }
  double left_behind() const { return metric("rxlease_hand_off_threads_left_behind_total"); }
  double hanging() const { return metric("rxlease_hand_off_threads_hanging"); }

  // Ends it, in time.
  void end() {
    auto ended = std::async(std::launch::async, [&] { hand_off.reset(); });
    ASSERT_EQ(ended.wait_for(seconds(5) * tests::patience_factor()), std::future_status::ready);
  }

  const kernel::DeviceId first{"nic0", 7}, second{"nic0", 6};
  tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  AfXdp af_xdp{scratch / "bpf"};
  std::optional<HandOff> hand_off{std::in_place, af_xdp, scratch.path(), registry,
                                  std::chrono::milliseconds(100)};
};

// Descriptors on which the hand-off's threads hang until the test has ended.
class HangingDescriptor : public HandOffTest {
 protected:
  void TearDown() override {
    for (auto& socket : sockets) socket.let_go();
    if (!hand_off) return;
    EXPECT_TRUE(eventually([&] { return hanging() == 0; }));
    end();
  }

  // A descriptor that hangs for whoever closes the last copy.
  Fd lingering() { return sockets.emplace_back().take(); }
  std::vector<Fd> one() {
    std::vector<Fd> descriptors;
    descriptors.push_back(lingering());
    return descriptors;
  }

  // Sends descriptors by a connection until a thread of the hand-off hangs: it does not if it was so quick
  // that the sender had the last copy. Requests before the message give the sender time.
  void hang(const SeqPacket& connection, const std::function<std::vector<Fd>()>& descriptors) {
    const auto before = left_behind();
    for (int attempt = 0; attempt < 10; ++attempt) {
      constexpr int requests = 20;
      for (int i = 0; i < requests; ++i) connection.send("/version");
      tests::hand_over({connection.fd()}, "/xsk_fd", descriptors());
      for (int i = 0; i < requests; ++i) ASSERT_EQ(answer_on(connection), "0.1");
      if (eventually([&] { return left_behind() > before; }, milliseconds(300))) return;
      EXPECT_THAT(answer_on(connection), testing::StartsWith("/xsk_fd_nak"));
    }
    FAIL() << "no thread hangs";
  }
  void hang(const SeqPacket& connection) {
    hang(connection, [&] { return one(); });
  }

  void expect_everybody_is_served() const {
    EXPECT_EQ(version_from(second), "0.1") << "another pod";
    EXPECT_EQ(version_from(first), "0.1") << "the same pod, on another connection";
  }

  // Four connections that are served, and so leave no room for another one.
  std::vector<SeqPacket> four() const {
    std::vector<SeqPacket> connections;
    for (int i = 0; i < 4; ++i) {
      connections.push_back(call(first));
      connections.back().send("/version");
      EXPECT_EQ(answer_on(connections.back()), "0.1");
    }
    return connections;
  }

  // Connections with a descriptor in their queue. The hand-off refuses some, and hangs with the one of them
  // that has the last copy; those behind it are not accepted then.
  std::vector<SeqPacket> too_many() {
    std::vector<SeqPacket> connections;
    for (int attempt = 0; attempt < 20 && hanging() < 1; ++attempt) {
      std::vector<int> called;
      for (int i = 0; i < 8; ++i) called.push_back(connections.emplace_back(call(first)).fd());
      tests::hand_over(called, "/xsk_fd", one());
      eventually([&] { return hanging() == 1; }, milliseconds(300));
    }
    EXPECT_EQ(hanging(), 1);
    for (int i = 0; i < 2; ++i) {
      connections.push_back(call(first));
      tests::hand_over({connections.back().fd()}, "/xsk_fd", one());
    }
    return connections;
  }

  std::list<LingeringSocket> sockets;
};

TEST_F(HangingDescriptor, IsAnsweredAndStopsNobody) {
  const auto connection = call(first);
  hang(connection);
  EXPECT_THAT(answer_on(connection), testing::StartsWith("/xsk_fd_nak, no pod in the caller's"));
  EXPECT_EQ(hanging(), 1);
  expect_everybody_is_served();
}

TEST_F(HangingDescriptor, LetsTheDaemonEnd) {
  const auto connection = call(first);
  hang(connection);
  end();
}

TEST_F(HangingDescriptor, StopsNobodyBesideOthersInOneMessage) {
  const auto connection = call(first);
  hang(connection, [&] {
    auto descriptors = one();
    descriptors.push_back(lingering());
    descriptors.push_back(lingering());
    return descriptors;
  });
  expect_everybody_is_served();
}

TEST_F(HangingDescriptor, StopsNobodyInTheQueueOfAnotherOne) {
  const auto connection = call(first);
  hang(connection, [&] {
    std::array<int, 2> pair{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
    const Fd sender(pair[0]);
    std::vector<Fd> descriptors;
    descriptors.emplace_back(pair[1]);
    const auto inner = lingering();
    tests::send_with(sender.get(), "x", {inner.get()});
    return descriptors;
  });
  expect_everybody_is_served();
}

TEST_F(HangingDescriptor, StopsNobodyOnAConnectionTooMany) {
  const auto connections = four();
  const auto more = too_many();
  EXPECT_EQ(version_from(second), "0.1");
  connections.front().send("/version");
  EXPECT_EQ(answer_on(connections.front()), "0.1");
  EXPECT_EQ(hanging(), 1) << "the next one is accepted when this one has ended";
}

TEST_F(HangingDescriptor, StopsNobodyWhenItsDeviceLeavesThePool) {
  const auto connections = four();
  const auto more = too_many();
  hand_off->serve({second});
  EXPECT_FALSE(is_there(first));
  EXPECT_EQ(version_from(second), "0.1");
  hand_off->serve({first, second});
  expect_everybody_is_served();
}

TEST_F(HangingDescriptor, TakesOnlyTheConnectionsOfItsOwnDevice) {
  std::vector<SeqPacket> connections;
  for (int i = 0; i < 4; ++i) {
    connections.push_back(call(first));
    hang(connections.back());
  }
  EXPECT_EQ(version_from(first), "") << "the fifth is refused";
  EXPECT_EQ(version_from(second), "0.1");
  connections.clear();
  for (auto& socket : sockets) socket.let_go();
  EXPECT_TRUE(eventually([&] { return version_from(first) == "0.1"; }));
}

TEST_F(HandOffTest, ListensForItsDevicesAndNoOthersWhenServeReturns) {
  for (int i = 0; i < 100; ++i) {
    hand_off->serve({second});
    ASSERT_FALSE(is_there(first)) << i;
    hand_off->serve({first, second});
    ASSERT_EQ(version_from(first), "0.1") << i;
  }
}

TEST_F(HandOffTest, MakesASocketAgainThatSomebodyHasRemoved) {
  std::filesystem::remove_all(scratch / "devices");
  hand_off->serve({first, second});
  EXPECT_EQ(version_from(first), "0.1");
  EXPECT_EQ(version_from(second), "0.1");
}

TEST_F(HandOffTest, TakesARequestAfterTheOther) {
  const auto connection = call(first);
  for (int i = 0; i < 100; ++i) connection.send("/version");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(answer_on(connection), "0.1") << i;
  EXPECT_EQ(left_behind(), 0);
  EXPECT_EQ(hanging(), 0);
}

}  // namespace
}  // namespace rxlease::deviceplugin::xdp
