// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/ip.h"
#include "kernel/mac.h"
#include "tests/system/fixture/pod.h"

namespace rxlease::tests {

// An Ethernet frame with a UDP packet over IPv4 in it, to be sent as it is, past the sender's routes.
struct Frame {
  std::string dst_mac = "02:00:00:00:00:01";
  std::optional<std::uint16_t> vlan;
  std::uint8_t vlan_priority = 0;
  std::string dst = "10.9.0.1";
  std::uint8_t protocol = 17;  // another one is no UDP, whatever follows
  std::uint16_t dst_port = 9;
};

// Sends the frame so many times through the client's interface. KernelError.
void send_frames(const Pod& client, const std::string& ifname, const Frame& frame, int count);

}  // namespace rxlease::tests
