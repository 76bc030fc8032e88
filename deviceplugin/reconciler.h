// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "deviceplugin/inventory.h"
#include "kernel/netns.h"

namespace rxlease::deviceplugin {

// What reconciliation did, for metrics.
struct ReconciliationCounters {
  std::atomic<std::uint64_t> records_removed{0}, lease_files_removed{0}, steerings_removed{0},
      foreign_leases_reclaimed{0};
};

// Clears up behind plugins that were killed and runtimes that forgot, only where all the evidence says so:
// a record goes when its namespace is gone (or another one is at its path), its netkit is gone, no lease
// explains itself by it, and kubelet has none of its devices allocated to anybody. A record for
// which an IPAM plugin still holds addresses stays: only DEL or GC of the runtime can give those back; its
// lease files go, and its flow rules and RSS context.
class Reconciler {
 public:
  // `pod_resources_socket`: kubelet's; without an answer from there no record is removed.
  Reconciler(kernel::Namespace& host, std::string state_directory, std::string pod_resources_socket);

  // Looks through the snapshot; returns true when something was changed and another look is due.
  bool reconcile(const Snapshot& snapshot);

  // Takes a queue back from a lease that no record explains, by deleting the device that leases it.
  bool reclaim_foreign(const Snapshot& snapshot);

  const ReconciliationCounters& counters() const { return counters_; }

 private:
  bool is_abandoned(const proto::Attachment& attachment, const Snapshot& snapshot);
  bool unsteer(const proto::Attachment& attachment, const Snapshot& snapshot);

  kernel::Namespace& host_;
  std::string state_directory_;
  std::string pod_resources_socket_;
  ReconciliationCounters counters_;
};

}  // namespace rxlease::deviceplugin
