// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "deviceplugin/guard/metrics.h"
#include "deviceplugin/guard/parking.h"
#include "deviceplugin/guard/releaser.h"
#include "deviceplugin/guard/wanted.h"
#include "deviceplugin/pools/inventory.h"
#include "kernel/netlink/netns.h"
#include "kernel/process/event.h"

namespace rxlease::deviceplugin::guard {

// Holds a lease on each free queue, so that no pod with CAP_NET_ADMIN leases one by itself. A parked queue
// receives as before. Lets go where an ADD takes a queue, where the daemon changes the NIC, and for a while
// where a person asks. All leases end with the object, and with the process.
//
// update() and let_go_of() are the loop's; the rest is safe from any thread.
class Guard {
 public:
  using Clock = std::chrono::steady_clock;

  // `host`: the namespace that has the NICs. It must outlive the object.
  Guard(kernel::Namespace& host, std::string state_directory, prometheus::Registry& registry);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard();  // returns when all leases have ended

  // Parks and lets go, so that it holds what the policy wants by this snapshot. `scanned`: when its scan
  // began. What fails is logged once, counted, and tried again with the next scan.
  void update(config::Guard policy, const pools::Snapshot& snapshot, Clock::time_point scanned);

  // When update() has something to do that no notification announces.
  std::optional<Clock::time_point> due() const;

  // Readable when release() has changed what update() does next, until drain() is called.
  int fd() const { return news_.fd(); }
  void drain() const;

  // Ends all leases of the guard on a NIC, and returns when they have ended. The next update() parks again.
  void let_go_of(std::uint32_t nic_ifindex);

  // Whether a lease, as the host's namespace shows it, is the guard's.
  bool is_own(const kernel::Lease& lease) const;

  // The host's id of the namespace that has the guard's leases; nullopt while there is none.
  std::optional<std::int32_t> netns_id() const;

  // Lets go of those of the devices that are parked, and returns these: an ADD is about to lease them. Does
  // not wait for the end of the leases. They stay free until a scan that begins later.
  std::vector<kernel::DeviceId> take(const std::vector<kernel::DeviceId>& devices);

  // Ends all leases on a NIC, by its name in device ids, and parks none of its queues for a while. Returns
  // what it let go of, when these leases have ended. A duration of 0 ends such a while.
  std::vector<kernel::DeviceId> release(const std::string& nic, std::chrono::seconds duration);

 private:
  struct Parked {
    kernel::DeviceId device;
    std::uint32_t netkit = 0;
  };

  void let_go_quietly(const std::vector<std::uint32_t>& netkits);
  std::vector<std::uint32_t> remove_unwanted(const Queues& wanted, const pools::Snapshot& snapshot);
  std::vector<QueueKey> choose(const Queues& wanted, Clock::time_point scanned);
  bool park(const Queues& wanted, Clock::time_point scanned);
  void tell(const std::string& trouble);
  Parking& parking();

  kernel::Namespace& host_;
  std::string state_directory_;
  GuardMetrics metrics_;
  std::string told_;
  std::chrono::milliseconds pause_{0};  // until again_
  kernel::Event news_;
  mutable std::mutex mutex_;
  std::unique_ptr<Parking> parking_;  // made with the first queue; guarded by the mutex, as are the next
  std::map<QueueKey, Parked> parked_;
  std::map<kernel::DeviceId, Clock::time_point> taken_;
  std::map<std::string, Clock::time_point> released_;  // by NIC, until when
  std::optional<Clock::time_point> again_;
  Releaser releaser_;  // last: its threads use the rest
};

}  // namespace rxlease::deviceplugin::guard
