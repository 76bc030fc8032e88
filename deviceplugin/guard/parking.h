// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "deviceplugin/guard/wanted.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::guard {

// How the names of netkits begin that hold parked queues; hexadecimal digits follow.
inline constexpr const char* parked_name = "rxguard";

// A network namespace without a name, in which single netkits of one queue each lease queues. This object has
// its only descriptor, so namespace, netkits and leases end with the process, however that ends. Sockets in
// it are closed at once, since each keeps it alive. All functions: KernelError.
class Parking {
 public:
  // `host`: the namespace that has the NICs. Needs CAP_SYS_ADMIN and CAP_NET_ADMIN.
  explicit Parking(kernel::Namespace& host);

  // The id that the host's namespace has for this one: that of the leases, as queue-get shows them there.
  std::int32_t netns_id() const { return netns_id_; }

  // A queue that was parked, and the netkit that holds it.
  struct Parked {
    QueueKey queue;
    std::uint32_t netkit = 0;  // ifindex
  };
  struct Outcome {
    std::vector<Parked> parked;
    std::size_t refused = 0;
    std::string refusal;  // the last one that is not about a queue that somebody has or that is gone
  };

  // Parks each of the queues that the kernel allows. For one thread at a time.
  Outcome park(const std::vector<QueueKey>& queues);

  // Deletes the netkits, and returns when their leases have ended. From any thread.
  void let_go(const std::vector<std::uint32_t>& netkits);

 private:
  std::uint32_t spare_netkit(kernel::Namespace& inside);

  kernel::NetNs netns_;
  std::int32_t netns_id_;
  std::int32_t host_id_ = 0;               // the same the other way round
  std::uint32_t spare_ = 0;                // a netkit whose lease was refused; 0: none
  std::uint32_t made_ = 0;                 // netkits, for their names
  std::atomic<std::uint32_t> groups_ = 0;  // for Links::dellink_all()
};

}  // namespace rxlease::deviceplugin::guard
