// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/seqpacket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <future>

#include "kernel/error.h"
#include "kernel/netlink/netns.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::kernel {
namespace {

class SeqPackets : public testing::Test {
 protected:
  // Connects to the listener, which accepts.
  void connect() {
    Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    client.emplace(std::move(socket));
    auto accepted = listener.accept();
    ASSERT_TRUE(accepted);
    server.emplace(std::move(*accepted));
  }

  static std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  const tests::ScratchDirectory scratch;
  const std::string path = scratch / "sock";
  const SeqPacketListener listener{path};
  std::optional<SeqPacket> client, server;
};

TEST_F(SeqPackets, CarryATextAndADescriptor) {
  connect();
  client->send("/hello", Fd(::open("/proc/self/comm", O_RDONLY | O_CLOEXEC)));
  const auto packet = server->receive();
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->text, "/hello");
  EXPECT_FALSE(packet->has_more_descriptors);
  std::array<char, 64> block{};
  EXPECT_GT(read(packet->fd.get(), block.data(), block.size()), 0);
  client->send("alone");
  EXPECT_FALSE(server->receive()->fd);
}

TEST_F(SeqPackets, TellWhoCalls) {
  connect();
  const auto peer = server->peer();
  EXPECT_EQ(peer.pid, getpid());
  EXPECT_EQ(peer.uid, getuid());
  EXPECT_EQ(peer.netns_cookie, LinuxNamespace(NetNs::current()).cookie());
}

TEST_F(SeqPackets, TellTheEndFromSilence) {
  connect();
  try {
    server->receive();
    FAIL() << "nothing was sent";
  } catch (const KernelError& error) {
    EXPECT_EQ(error.error(), EAGAIN);
  }
  client.reset();
  EXPECT_FALSE(server->receive());
}

TEST_F(SeqPackets, KeepOneDescriptorOfMany) {
  connect();
  constexpr int count = 3;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(count * sizeof(int))> control{};
  std::array<char, 2> text{'h', 'i'};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(count * sizeof(int));
  const std::array<int, count> fds{0, 1, 2};
  std::memcpy(CMSG_DATA(header), fds.data(), sizeof(fds));
  ASSERT_EQ(sendmsg(client->fd(), &message, 0), 2);
  const auto before = open_descriptors();
  {
    const auto packet = server->receive();
    EXPECT_TRUE(packet->fd);
    EXPECT_TRUE(packet->has_more_descriptors);
    EXPECT_NE(fcntl(packet->fd.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_EQ(open_descriptors(), before + 1);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(SeqPackets, CutOffWhatIsTooLong) {
  connect();
  client->send(std::string(1000, 'x'));
  EXPECT_EQ(server->receive()->text, std::string(128, 'x'));
}

// A thread that polls the listener would use a processor up.
TEST_F(SeqPackets, PauseWhileThereIsNoDescriptorForTheNext) {
  const auto waiting = SeqPacket::connect(path, std::chrono::milliseconds(1000));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto none_left = static_cast<rlim_t>(Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get());
  const rlimit few{none_left, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto begin = std::chrono::steady_clock::now();
  const bool accepted = listener.accept().has_value();
  const auto took = std::chrono::steady_clock::now() - begin;
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_FALSE(accepted);
  EXPECT_GE(took, std::chrono::milliseconds(50));
  EXPECT_TRUE(listener.accept()) << "the client still waits";
}

TEST_F(SeqPackets, AreOpenToEveryUser) {
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0666U);
}

TEST_F(SeqPackets, TakeThePlaceOfASocketThatWasLeft) {
  const auto left = scratch / "left";
  { std::filesystem::copy_file("/proc/self/comm", left); }
  {
    const SeqPacketListener again(left);
    EXPECT_TRUE(std::filesystem::is_socket(left));
  }
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(SeqPackets, GiveUpTheirPathBeforeTheSocketIsClosed) {
  const auto given_up = scratch / "given-up";
  std::optional<SeqPacketListener> first(std::in_place, given_up);
  const auto socket = first->retire();
  EXPECT_TRUE(socket);
  EXPECT_FALSE(std::filesystem::exists(given_up));
  const SeqPacketListener second(given_up);
  first.reset();
  EXPECT_TRUE(std::filesystem::is_socket(given_up)) << "it is the second one's";
}

TEST_F(SeqPackets, CanBeConnectedToFromTheMomentOnThatTheirPathIsThere) {
  for (int round = 0; round < 300; ++round) {
    const auto name = scratch / std::to_string(round);
    std::promise<void> connecting;
    auto connected = std::async(std::launch::async, [&] {
      connecting.set_value();
      while (access(name.c_str(), F_OK) != 0) {
      }
      SeqPacket::connect(name, std::chrono::seconds(5));
    });
    connecting.get_future().wait();
    const SeqPacketListener late(name);
    ASSERT_NO_THROW(connected.get()) << "round " << round;
  }
}

TEST_F(SeqPackets, NeedAPathThatFits) {
  EXPECT_THROW(SeqPacketListener(scratch / std::string(120, 'x')), KernelError);
}

}  // namespace
}  // namespace rxlease::kernel
