// SPDX-License-Identifier: Apache-2.0
//
// Sends and receives small UDP packets, as the script `packets` compares them:
//
//   packets lease NIC QUEUE NETNS INTERFACE QUEUE  by AF_XDP, without a copy, through a leased queue
//   packets copy NETNS INTERFACE                   by AF_XDP in copy mode, of the interface's queue 0
//   packets socket NETNS PORT                      by a UDP socket
//   packets send NETNS ADDRESS PORT MS RATE        so many a second; 0: as many as it can
//
// Receivers say "listening", count until no packet comes any more, and say "N packets in S s".
#include <arpa/inet.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <thread>

#include "kernel/error.h"
#include "kernel/netlink/netns.h"
#include "tests/simnic/xdp/steering.h"
#include "tests/simnic/xdp/zero_copy_socket.h"

namespace {

using namespace rxlease;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int patience_ms = 10000;
constexpr int silence_ms = 800;
constexpr std::size_t batch = 32;
constexpr std::size_t payload = 64;

std::uint32_t index_of(const std::string& interface) {
  const auto ifindex = if_nametoindex(interface.c_str());
  if (ifindex == 0) kernel::throw_errno("interface " + interface);
  return ifindex;
}

kernel::NetNs netns_of(const std::string& name) {
  auto netns = kernel::NetNs::open("/run/netns/" + name);
  if (!netns) throw std::runtime_error("no network namespace '" + name + "'");
  return std::move(*netns);
}

// `receive` waits so long for packets, and says how many there were.
void count(const std::function<std::uint64_t(int patience_ms)>& receive) {
  std::puts("listening");
  std::fflush(stdout);
  auto packets = receive(patience_ms);
  if (packets == 0) throw std::runtime_error("no packet came");
  const auto begin = Clock::now();
  auto last = begin;
  while (const auto more = receive(silence_ms)) {
    packets += more;
    last = Clock::now();
  }
  std::printf("%llu packets in %.6f s\n", static_cast<unsigned long long>(packets),
              std::chrono::duration<double>(last - begin).count());
}

void count_xdp(tests::ZeroCopySocket& socket) {
  count([&](int patience) {
    std::uint64_t packets = 0;
    for (auto frame = socket.receive(patience); frame && packets < batch; frame = socket.receive(0)) {
      socket.release(*frame);
      ++packets;
    }
    return packets;
  });
}

void lease(char** arguments) {
  tests::XdpSteering steering(index_of(arguments[0]));
  std::optional<tests::ZeroCopySocket> socket;
  {
    const auto pod = netns_of(arguments[2]);
    const kernel::InsideNetNs inside(pod);
    socket.emplace(index_of(arguments[3]), static_cast<std::uint32_t>(std::stoul(arguments[4])),
                   XDP_ZEROCOPY);
  }
  steering.hand_over(static_cast<std::uint32_t>(std::stoul(arguments[1])), socket->fd());
  count_xdp(*socket);
}

void copy(char** arguments) {
  const auto pod = netns_of(arguments[0]);
  const kernel::InsideNetNs inside(pod);
  const auto ifindex = index_of(arguments[1]);
  tests::XdpSteering steering(ifindex);
  tests::ZeroCopySocket socket(ifindex, 0, XDP_COPY);
  steering.hand_over(0, socket.fd());
  count_xdp(socket);
}

kernel::Fd udp_socket(const std::string& address, const std::string& port,
                      int (*use)(int, const sockaddr*, socklen_t)) {
  kernel::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(std::stoul(port)));
  inet_pton(AF_INET, address.c_str(), &name.sin_addr);
  if (!socket || use(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof(name)) != 0)
    kernel::throw_errno("UDP " + address + " " + port);
  return socket;
}

// A batch of messages, each with memory of its own.
struct Messages {
  Messages() {
    for (std::size_t i = 0; i < batch; ++i) {
      parts[i] = {bytes[i].data(), payload};
      headers[i].msg_hdr.msg_iov = &parts[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }
  std::array<std::array<char, payload>, batch> bytes{};
  std::array<iovec, batch> parts{};
  std::array<mmsghdr, batch> headers{};
};

void receive(char** arguments) {
  const auto pod = netns_of(arguments[0]);
  const kernel::InsideNetNs inside(pod);
  const auto socket = udp_socket("0.0.0.0", arguments[1], ::bind);
  const int room = 8 << 20;
  if (setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) != 0)
    kernel::throw_errno("SO_RCVBUFFORCE");
  Messages messages;
  count([&](int patience) -> std::uint64_t {
    pollfd waiting{socket.get(), POLLIN, 0};
    if (poll(&waiting, 1, patience) <= 0) return 0;
    const auto got = recvmmsg(socket.get(), messages.headers.data(), batch, MSG_DONTWAIT, nullptr);
    return got > 0 ? static_cast<std::uint64_t>(got) : 0;
  });
}

void send(char** arguments) {
  const auto client = netns_of(arguments[0]);
  const kernel::InsideNetNs inside(client);
  const auto socket = udp_socket(arguments[1], arguments[2], ::connect);
  const auto end = Clock::now() + milliseconds(std::stol(arguments[3]));
  const auto rate = std::stoul(arguments[4]);
  const auto pause = std::chrono::nanoseconds(rate == 0 ? 0 : 1'000'000'000 * batch / rate);
  Messages messages;
  for (auto next = Clock::now(); next < end; next = rate == 0 ? Clock::now() : next + pause) {
    std::this_thread::sleep_until(next);
    sendmmsg(socket.get(), messages.headers.data(), batch, 0);  // a refusal is a packet that is lost
  }
}

}  // namespace

int main(int argc, char** argv) {
  struct Command {
    const char* name;
    int arguments;
    void (*run)(char**);
  };
  try {
    for (const auto& command : {Command{"lease", 5, lease}, Command{"copy", 2, copy},
                                Command{"socket", 2, receive}, Command{"send", 5, send}}) {
      if (argc != command.arguments + 2 || argv[1] != std::string(command.name)) continue;
      command.run(argv + 2);
      return 0;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
  std::fprintf(stderr, "usage: see packets.cc\n");
  return 2;
}
