// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "attachment/record/attachment.h"
#include "kernel/device_id.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::pools {

// The network namespaces that leases can lead to. A lease names the namespace of its netkit by the id that
// the NIC's namespace, which is the host's, has for it.
struct NamespaceIds {
  std::map<std::uint64_t, std::int32_t> of_pods;  // by the cookie that the record has: those that are there
  std::set<std::uint64_t>
      hidden;  // cookies of those whose paths lead nowhere here, whether they are there or not

  bool operator==(const NamespaceIds&) const = default;
};

// Whether the lease of the queue is the attachment's: by its namespace and its ifindex. An ifindex alone,
// which other namespaces have too, suffices only while the namespace ends, or is hidden.
bool explains(const attachment::Attachment& attachment, const kernel::DeviceId& id,
              const kernel::Lease& lease, const NamespaceIds& namespaces);

// The attachment that explains the lease of the queue; null: none does.
const attachment::Attachment* explanation(const kernel::DeviceId& id, const kernel::Lease& lease,
                                          const std::vector<attachment::Attachment>& attachments,
                                          const NamespaceIds& namespaces);

// An attachment in the namespace that the lease leads to, which names the pod of a foreign lease; null: no
// record has this namespace.
const attachment::Attachment* neighbour(const kernel::Lease& lease,
                                        const std::vector<attachment::Attachment>& attachments,
                                        const NamespaceIds& namespaces);

// Whether the namespace that the lease leads to is ending: its netkit and the lease go with it.
bool is_ending(const kernel::Lease& lease);

// Where the lease leads to, for a message: "the network namespace with id 3".
std::string describe_place(const kernel::Lease& lease);

}  // namespace rxlease::deviceplugin::pools
