// SPDX-License-Identifier: Apache-2.0
//
// Receives UDP packets over IPv4 by an AF_XDP socket and sends each back to where it came from, without a
// copy:
//
//   xdp_echo NIC QUEUE NETNS INTERFACE QUEUE PACKETS
//
// The NIC and its queue are the host's, where this is run; interface and queue are the pod's, which leases
// the NIC's. Says "listening" when it is, and at the end how many packets it was. Exit status 0 if that was
// all of them, zero-copy.

#include <net/if.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "kernel/error.h"
#include "kernel/netlink/netns.h"
#include "tests/simnic/xdp/steering.h"
#include "tests/simnic/xdp/zero_copy_socket.h"

namespace {

using namespace rxlease;

constexpr int patience_ms = 60000;  // on a kernel that checks itself, who sends takes half a minute to start

std::uint32_t index_of(const std::string& interface) {
  const auto ifindex = if_nametoindex(interface.c_str());
  if (ifindex == 0) kernel::throw_errno("interface " + interface);
  return ifindex;
}

// Ethernet, IPv4 without options, UDP: what is swapped leaves the checksums as they are.
void turn_around(std::span<std::byte> packet) {
  const auto swap = [&](std::size_t a, std::size_t b, std::size_t length) {
    std::swap_ranges(&packet[a], &packet[a] + length, &packet[b]);
  };
  swap(0, 6, 6);    // MAC addresses
  swap(26, 30, 4);  // IPv4 addresses
  swap(34, 36, 2);  // ports
}

tests::ZeroCopySocket socket_in(const std::string& netns, const std::string& interface, std::uint32_t queue) {
  const auto pod = kernel::NetNs::open("/run/netns/" + netns);
  if (!pod) throw std::runtime_error("no network namespace '" + netns + "'");
  const kernel::InsideNetNs inside(*pod);
  return tests::ZeroCopySocket(index_of(interface), queue);
}

bool echo(char** arguments) {
  const auto number = [&](int at) { return static_cast<std::uint32_t>(std::stoul(arguments[at])); };
  tests::XdpSteering steering(index_of(arguments[1]));
  auto socket = socket_in(arguments[3], arguments[4], number(5));
  steering.hand_over(number(2), socket.fd());
  std::puts("listening");
  std::fflush(stdout);
  std::uint32_t count = 0;
  for (; count < number(6); ++count) {
    const auto packet = socket.receive(patience_ms);
    if (!packet) break;
    turn_around(socket.bytes(*packet));
    socket.send(*packet);
  }
  std::printf("%u packets, %s\n", count, socket.is_zero_copy() ? "zero-copy" : "copied");
  return count == number(6) && socket.is_zero_copy() && socket.flush(patience_ms);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: %s NIC QUEUE NETNS INTERFACE QUEUE PACKETS\n", argv[0]);
    return 2;
  }
  try {
    return echo(argv) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}
