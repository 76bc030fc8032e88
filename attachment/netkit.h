// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "attachment/record/attachment.h"
#include "attachment/record/netkit_spec.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netns.h"

namespace rxlease::attachment {

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
