// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "deviceplugin/kubelet/pod_resources.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/reconcile/metrics.h"
#include "kernel/netns.h"

namespace rxlease::deviceplugin::reconcile {

// Clears up behind plugins that were killed and runtimes that forgot, only where all the evidence says so:
// a record goes when its namespace is gone (or another one is at its path), its netkit is gone, no lease
// explains itself by it, and kubelet has none of its devices allocated to anybody. A record for
// which an IPAM plugin still holds addresses stays: only DEL or GC of the runtime can give those back; its
// lease files go, and its flow rules and RSS context.
class Reconciler {
 public:
  // `pod_resources`: without an answer of kubelet's no record is removed.
  Reconciler(kernel::Namespace& host, std::string state_directory, kubelet::PodResources pod_resources,
             prometheus::Registry& registry);

  // Looks through the snapshot; returns true when something was changed and another look is due.
  bool reconcile(const pools::Snapshot& snapshot);

  // Takes a queue back from a lease that no record explains, by deleting the device that leases it. One to
  // whose queues an AF_XDP socket is bound goes two seconds later, unless it is bound no more: a socket whose
  // process has just died has to be off the queue before.
  bool reclaim_foreign(const pools::Snapshot& snapshot);

  using Clock = std::chrono::steady_clock;
  // When to look again at such a one; as of the last reconcile().
  std::optional<Clock::time_point> due() const { return due_; }

 private:
  bool is_abandoned(const attachment::Attachment& attachment, const pools::Snapshot& snapshot);
  bool unsteer(const attachment::Attachment& attachment, const pools::Snapshot& snapshot);
  bool is_bound_for_a_moment(const nic::NicState& nic, const kernel::Lease& lease);

  kernel::Namespace& host_;
  std::string state_directory_;
  kubelet::PodResources pod_resources_;
  ReconciliationMetrics metrics_;
  using Netkit = std::pair<std::optional<std::int32_t>, std::uint32_t>;  // id of its namespace, ifindex
  std::map<Netkit, Clock::time_point> bound_since_;
  std::optional<Clock::time_point> due_;
};

}  // namespace rxlease::deviceplugin::reconcile
