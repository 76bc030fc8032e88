// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernel/netlink/netns.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::nic {

// What a probe found out about a NIC.
struct LeaseAnswer {
  std::string cannot_lease;  // why its queues cannot be leased; empty: they can
  bool is_proven = true;  // holds as long as the NIC lives; false: the probe itself failed, and tells nothing

  bool operator==(const LeaseAnswer&) const = default;
};

// Finds out whether a NIC's queues can be leased, which no attribute tells: leases `queue` to a netkit of its
// own and deletes that again. Traffic is not disturbed; a queue that is taken answers the question just as
// well. Needs CAP_NET_ADMIN. `host`: the namespace that holds the NIC.
LeaseAnswer probe_lease(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue);

// The same without a lease, for programs beside the daemon, which would take the lease for a foreign one:
// requests a queue that does not exist; ERANGE means that the NIC can. The kernel refuses a NIC that cannot
// lease before it looks at the queue's id (netdev_nl_queue_create_doit, Linux 7.1 to 7.3).
LeaseAnswer ask_lease(kernel::Namespace& host, const kernel::Nic& nic);

}  // namespace rxlease::deviceplugin::nic
