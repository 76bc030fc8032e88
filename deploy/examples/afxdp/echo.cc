// SPDX-License-Identifier: Apache-2.0
//
// Receives UDP packets over IPv4 by AF_XDP, without a copy, and sends each back to where it came from.
//
//   $ afxdp_echo /run/rxlease/0000_0a_00.0.p0-rx15 100000
//   listening on queue 1 of rxq0
//   100000 packets, zero-copy; 0 dropped, 0 without room in the ring, 0 invalid
//
// The queue is named by its folder, or by the environment variable that names the container's devices: then
// it is the first of them. Ends after so many packets, or when the next one does not come for ten seconds; 0:
// never. With a third argument, "map", it puts its socket into the pinned map by itself; else the daemon does
// so for it. Needs CAP_NET_RAW.

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "deploy/examples/afxdp/frames.h"
#include "deploy/examples/afxdp/hand_over.h"
#include "deploy/examples/lease/lease.h"
#include "deploy/examples/zerocopy/arguments.h"

namespace {

using namespace rxlease::examples;

constexpr int patience_ms = 10000;
constexpr std::size_t headers = 14 + 20 + 8;

// Ethernet, IPv4 without options, UDP: what is swapped leaves the checksums as they are.
void turn_around(std::span<std::byte> packet) {
  if (packet.size() < headers) return;
  const auto swap = [&](std::size_t a, std::size_t b, std::size_t length) {
    std::swap_ranges(&packet[a], &packet[a] + length, &packet[b]);
  };
  swap(0, 6, 6);    // MAC addresses
  swap(26, 30, 4);  // IPv4 addresses
  swap(34, 36, 2);  // ports
}

void echo(const Lease& lease, std::uint64_t wanted, bool by_map) {
  Frames frames(lease.interface, lease.queue);
  if (by_map) {
    put_into_map(lease.folder, lease.queue, frames.fd());
  } else {
    hand_over(lease.folder, frames.fd());
  }
  std::printf("listening on queue %u of %s\n", lease.queue, lease.interface.c_str());
  std::fflush(stdout);
  std::uint64_t packets = 0;
  while (wanted == 0 || packets < wanted) {
    const auto count = frames.turn_around(patience_ms, turn_around);
    if (count == 0 && packets != 0 && wanted != 0) break;
    packets += count;
  }
  frames.finish_sending(patience_ms);
  std::printf("%llu packets, %s; %s\n", static_cast<unsigned long long>(packets),
              frames.is_zero_copy() ? "zero-copy" : "copied", frames.statistics().c_str());
  if (packets < wanted) throw std::runtime_error("no more packets came");
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, 2, 3, "FOLDER|VARIABLE PACKETS [map]", [](const auto& arguments) {
    if (arguments.size() == 4 && arguments[3] != "map") throw std::invalid_argument("there is \"map\" only");
    echo(leases_named_by(arguments[1]).front(), number(arguments[2]), arguments.size() == 4);
  });
}
