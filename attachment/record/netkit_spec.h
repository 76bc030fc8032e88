// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/mac.h"
#include "kernel/netlink/netkit.h"

namespace rxlease::attachment {

// How the netkit of an attachment is to be.
struct NetkitSpec {
  kernel::NetkitPairing pairing = kernel::NetkitPairing::pair;
  kernel::NetkitMode mode = kernel::NetkitMode::l3;
  kernel::NetkitPolicy policy = kernel::NetkitPolicy::forward;
  kernel::NetkitPolicy peer_policy = kernel::NetkitPolicy::forward;
  kernel::NetkitScrub scrub = kernel::NetkitScrub::standard;
  kernel::NetkitScrub peer_scrub = kernel::NetkitScrub::standard;
  std::uint16_t headroom = 0;                    // bytes; 0 leaves the kernel's default
  std::uint16_t tailroom = 0;                    // likewise
  std::uint32_t mtu = 0;                         // likewise
  std::optional<kernel::MacAddress> mac{};       // of the pod's end, L2 only; absent: the kernel's choice
  std::optional<kernel::MacAddress> host_mac{};  // of a pair's end in the host, likewise
};

}  // namespace rxlease::attachment
