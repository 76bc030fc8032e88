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
//
// If the NIC goes and comes back, rxlease leases the queue to the pod anew, and lease.json has another
// generation. The program then binds the queue again, says so, and goes on; packets that came meanwhile are
// lost.

#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <optional>
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

class Echo {
 public:
  Echo(const Lease& lease, bool by_map) : by_map_(by_map), watch_({lease}) { bind(); }

  void run(std::uint64_t wanted) {
    std::uint64_t packets = 0;
    while (wanted == 0 || packets < wanted) {
      const auto count = frames_->turn_around(patience_ms, watch_.fd(), turn_around);
      packets += count;
      if (count != 0) continue;
      if (is_news()) {
        if (watch_.has_changed()) bind_anew();
      } else if (packets != 0 && wanted != 0) {
        break;
      }
    }
    frames_->finish_sending(patience_ms);
    note_end();
    std::printf("%llu packets, %s; %s\n", static_cast<unsigned long long>(packets),
                is_zero_copy_ ? "zero-copy" : "copied", losses_.to_string().c_str());
    if (packets < wanted) throw std::runtime_error("no more packets came");
  }

 private:
  const Lease& lease() const { return watch_.leases().front(); }

  void bind() {
    frames_.emplace(lease().interface, lease().queue);
    if (by_map_) {
      put_into_map(lease().folder, lease().queue, frames_->fd());
    } else {
      hand_over(lease().folder, frames_->fd());
    }
    std::printf("listening on queue %u of %s\n", lease().queue, lease().interface.c_str());
    std::fflush(stdout);
  }

  // Packets that the old socket has not sent are lost with it.
  void bind_anew() {
    note_end();
    frames_.reset();
    std::printf("bound anew: the lease is of generation %u\n", lease().generation);
    bind();
  }

  // Of the present socket, which is about to go.
  void note_end() {
    is_zero_copy_ = is_zero_copy_ && frames_->is_zero_copy();
    losses_ += frames_->losses();
  }

  bool is_news() const {
    pollfd folder{watch_.fd(), POLLIN, 0};
    return poll(&folder, 1, 0) > 0;
  }

  bool by_map_;
  LeaseWatch watch_;
  std::optional<Frames> frames_;
  bool is_zero_copy_ = true;
  Losses losses_;
};

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, 2, 3, "FOLDER|VARIABLE PACKETS [map]", [](const auto& arguments) {
    if (arguments.size() == 4 && arguments[3] != "map") throw std::invalid_argument("there is \"map\" only");
    Echo(leases_named_by(arguments[1]).front(), arguments.size() == 4).run(number(arguments[2]));
  });
}
