// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "attachment/record/attachment.h"
#include "kernel/mac.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netkit.h"
#include "kernel/netlink/netns.h"

namespace rxlease::attachment {

// How the netkit of an attachment is to be.
struct NetkitSpec {
  kernel::NetkitPairing pairing = kernel::NetkitPairing::pair;
  kernel::NetkitMode mode = kernel::NetkitMode::l3;
  kernel::NetkitPolicy policy = kernel::NetkitPolicy::forward;
  kernel::NetkitPolicy peer_policy = kernel::NetkitPolicy::forward;
  kernel::NetkitScrub scrub = kernel::NetkitScrub::standard;
  kernel::NetkitScrub peer_scrub = kernel::NetkitScrub::standard;
  std::uint16_t headroom = 0;             // bytes; 0 leaves the kernel's default
  std::uint16_t tailroom = 0;             // likewise
  std::uint32_t mtu = 0;                  // likewise
  std::optional<kernel::MacAddress> mac;  // of the pod's end, L2 only
};

// The name of a pair's end in the host: 15 characters that only this interface of this container has.
std::string host_interface_name(const std::string& container_id, const std::string& interface);

// A netkit that was made.
struct NetkitDevice {
  std::optional<kernel::Link> host;  // a pair's primary; a single has none
  kernel::Link pod;                  // the end in the pod, which leases
};

// Makes the netkit and sets it up, under the record's names, with room for exactly as many leased queues as
// the record has devices: a pod that may call queue-create must find no room for more. Error (unsupported)
// when the kernel has no netkit. What a failure leaves is found by those names. REQUIRES: the record has the
// specification's pairing.
NetkitDevice make_netkit(const NetkitSpec& spec, const Attachment& record, kernel::Namespace& host,
                         kernel::Namespace& pod);

}  // namespace rxlease::attachment
