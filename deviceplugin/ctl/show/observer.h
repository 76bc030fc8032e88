// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/show/overview.h"
#include "deviceplugin/pools/inventory.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::ctl {

// The counters of a node's receive queues, by NIC (its name in device ids) and queue.
using RxCounters = std::map<std::string, std::map<std::uint32_t, kernel::Qstats>>;

// Looks at the node that it runs on, again and again: what is learnt for good, such as which NICs can lease,
// is asked once. Changes nothing, and takes no lease. Needs root.
class Observer {
 public:
  // `config` must outlive the object.
  explicit Observer(const config::Config& config);

  kernel::Namespace& host() { return host_; }

  // Scans the node.
  Overview look();

  // Reads the counters of the overview's NICs. A NIC whose driver has none is absent.
  RxCounters count(const Overview& overview);

 private:
  const config::Config& config_;
  kernel::LinuxNamespace host_;
  pools::Inventory inventory_;
  bool kernel_leases_;
};

}  // namespace rxlease::deviceplugin::ctl
