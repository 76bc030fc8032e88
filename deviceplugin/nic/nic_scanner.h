// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "deviceplugin/nic/lease_memory.h"
#include "deviceplugin/nic/nic_state.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::nic {

// How a scan finds out whether a NIC can lease: by a lease (probe_lease), or without one (ask_lease).
enum class Probing { lease, ask };

// Scans the NICs of the host's namespace. Each NIC is probed for leasing until an answer proves something,
// and then no more.
class NicScanner {
 public:
  // `sysfs`: the mount point that shows the namespace.
  NicScanner(kernel::Namespace& host, std::string sysfs, Probing probing = Probing::lease)
      : host_(host), sysfs_(std::move(sysfs)), probing_(probing) {}

  // From now on leases of the daemon's own are shown as parked queues.
  void recognize(IsParked is_parked) { is_parked_ = std::move(is_parked); }

  // The NICs that `wanted` accepts, except those that go away during the scan.
  std::vector<NicState> scan(const std::function<bool(const kernel::NicDetails&)>& wanted);

 private:
  const std::string& probe(const kernel::NicDetails& details);

  kernel::Namespace& host_;
  std::string sysfs_;
  Probing probing_;
  IsParked is_parked_;
  LeaseMemory memory_;
};

}  // namespace rxlease::deviceplugin::nic
