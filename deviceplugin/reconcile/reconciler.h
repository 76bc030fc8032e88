// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "deviceplugin/kubelet/pod_resources.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/reconcile/lost_rules.h"
#include "deviceplugin/reconcile/metrics.h"
#include "deviceplugin/reconcile/reclaimed_queues.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::reconcile {

// Cleans up after killed plugins and forgetful runtimes, but only on unanimous evidence. It removes a record
// if its namespace is gone (or another one is at its path), its netkit is gone, no lease leads to it, and
// kubelet has allocated none of its devices. If an IPAM plugin holds addresses for it, the record stays,
// since only the runtime's DEL or GC can release these; its lease files, flow rules and RSS context are
// removed. For a record of an earlier boot the reboot is evidence enough.
class Reconciler {
 public:
  // `pod_resources`: no record is removed while kubelet does not answer. It must outlive the object.
  Reconciler(kernel::Namespace& host, std::string state_directory, kubelet::PodResources& pod_resources,
             prometheus::Registry& registry);

  // Cleans up what the snapshot shows. True: something was changed, and another scan is due.
  bool reconcile(const pools::Snapshot& snapshot);

  // Ends leases that no record explains, those of the host's queues too, by deleting the netkits that lease.
  // A netkit with a bound AF_XDP socket is deleted once no socket is bound, at the latest after two seconds:
  // the socket of a process that has just died must be off the queue before.
  bool reclaim_foreign(const pools::Snapshot& snapshot);

  // Against queues that were taken back and are not healthy again yet.
  pools::Verdicts reclaimed() { return reclaimed_.verdicts(Clock::now()); }

  using Clock = std::chrono::steady_clock;
  // When to scan again, for such a netkit or for a queue that was taken back; as of the last reconcile() and
  // reclaimed().
  std::optional<Clock::time_point> due() const;

 private:
  bool is_abandoned(const attachment::Attachment& attachment, const pools::Snapshot& snapshot);
  bool forget_earlier_boots(const pools::Snapshot& snapshot);
  bool end_abandoned(const pools::Snapshot& snapshot);
  bool unsteer(const attachment::Attachment& attachment, const pools::Snapshot& snapshot);
  void remove_proxies(const attachment::Attachment& attachment, const pools::Snapshot& snapshot);
  bool has_changed(const attachment::Attachment& attachment) const;
  template <typename CleanUp>
  bool attempt(const attachment::Attachment& attachment, CleanUp clean_up);
  bool is_news(const attachment::Attachment& attachment, const kernel::KernelError& failure);
  bool forget_earlier_boot(const attachment::Attachment& attachment);
  bool end(const attachment::Attachment& attachment, const pools::Snapshot& snapshot);
  bool is_bound_for_a_moment(const nic::NicState& nic, const kernel::Lease& lease);
  bool is_still_leased(const nic::NicState& nic, std::uint32_t queue, const kernel::Lease& lease);
  bool end_lease(const pools::DeviceState& device, const pools::Snapshot& snapshot);

  kernel::Namespace& host_;
  std::string state_directory_;
  kubelet::PodResources& pod_resources_;
  ReconciliationMetrics metrics_;
  using Netkit = std::pair<std::optional<std::int32_t>, std::uint32_t>;  // id of its namespace, ifindex
  std::map<Netkit, Clock::time_point> bound_since_;
  std::set<Netkit> deleted_;  // by the present call of reclaim_foreign()
  ReclaimedQueues reclaimed_;
  std::string refusal_;  // of the kernel to delete a netkit, as logged
  std::optional<Clock::time_point> due_;
  std::map<std::string, std::string> failures_;  // as logged, by owner
  LostRules lost_rules_{host_, state_directory_, metrics_};
  bool is_locked_ = false;  // the rest of the clean-up is left to the next scan
};

}  // namespace rxlease::deviceplugin::reconcile
