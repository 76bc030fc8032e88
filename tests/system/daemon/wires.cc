// SPDX-License-Identifier: Apache-2.0
#include "tests/system/daemon/wires.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <array>

#include "kernel/error.h"
#include "kernel/fd.h"
#include "kernel/files.h"
#include "tests/system/fixture/host.h"

namespace rxlease::tests {

namespace {

const std::string bus = "/sys/bus/netdevsim";

std::string port_of(const SimulatedNic& nic) {
  return std::to_string(host().fd()) + ":" + std::to_string(nic.ifindex());
}

}  // namespace

void plug_wire(const SimulatedNic& one, const SimulatedNic& other) {
  kernel::write_in_place(bus + "/link_device", port_of(one) + " " + port_of(other));
}

void pull_wire(const SimulatedNic& one) {
  kernel::write_in_place(bus + "/unlink_device", port_of(one));
}

void send_frames(const SimulatedNic& from, unsigned count) {
  const kernel::Fd socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_802_EX1);  // for experiments: nobody listens
  address.sll_ifindex = static_cast<int>(from.ifindex());
  address.sll_halen = ETH_ALEN;
  address.sll_addr[0] = address.sll_addr[1] = 0xff;
  const std::array<char, 100> frame{};
  for (unsigned i = 0; i < count; ++i) {
    if (sendto(socket.get(), frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&address),
               sizeof(address)) < 0) {
      kernel::throw_errno("sendto " + from.ifname());
    }
  }
}

}  // namespace rxlease::tests
