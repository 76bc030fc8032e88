// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/reconcile/reconciler.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "attachment/nic/proxy.h"
#include "attachment/nic/unsteer.h"
#include "attachment/record/attachment_store.h"
#include "attachment/record/lease_file.h"
#include "attachment/undo.h"
#include "deviceplugin/kubelet/pod_resources.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/process/locks.h"

namespace rxlease::deviceplugin::reconcile {

namespace {

// Whether a lease on one of the record's devices is the record's own.
bool is_leased(const attachment::Attachment& attachment, const pools::Snapshot& snapshot) {
  return std::ranges::any_of(attachment.devices, [&](const auto& attached) {
    const auto* queue = nic::find_queue(snapshot.nics, attached.id);
    return queue != nullptr && queue->lease &&
           pools::explains(attachment, attached.id, *queue->lease, snapshot.namespaces);
  });
}

// A NIC that is down hides its leases.
bool leases_are_visible(const attachment::Attachment& attachment, const pools::Snapshot& snapshot) {
  return std::ranges::all_of(attachment.devices, [&](const auto& attached) {
    const auto* nic = nic::find_nic(snapshot.nics, attached.id.nic);
    return nic != nullptr && nic->up;
  });
}

// If the record must stay, at least no lease.json describes leases that are gone.
std::uint64_t remove_lease_files(const attachment::Attachment& attachment,
                                 const std::string& state_directory) {
  const auto removed = std::ranges::count_if(attachment.devices, [&](const auto& device) {
    return attachment::remove_lease_file(state_directory, device.in_container(), attachment.container_id);
  });
  if (removed > 0 && !attachment.ipam.empty()) {
    spdlog::warn(
        "removed the lease files of {}: its namespace, its netkit and its leases are gone; its record stays "
        "until the "
        "runtime calls DEL or GC, since {} holds addresses for it",
        attachment.describe_owner(), attachment.ipam);
  }
  return static_cast<std::uint64_t>(removed);
}

bool is_allocated(const attachment::Attachment& attachment, const std::set<std::string>& allocated) {
  return std::ranges::any_of(attachment.devices, [&](const auto& device) {
    return allocated.contains(device.in_container().to_string());
  });
}

}  // namespace

Reconciler::Reconciler(kernel::Namespace& host, std::string state_directory,
                       kubelet::PodResources& pod_resources, prometheus::Registry& registry)
    : host_(host),
      state_directory_(std::move(state_directory)),
      pod_resources_(pod_resources),
      metrics_(registry) {}

bool Reconciler::is_abandoned(const attachment::Attachment& attachment, const pools::Snapshot& snapshot) {
  if (attachment::may_have_namespace(attachment)) return false;
  if (!leases_are_visible(attachment, snapshot) || is_leased(attachment, snapshot)) return false;
  return !attachment::find_host_end(host_, attachment);
}

// False: the NIC refuses, and the record has to stay, since the next scan retries by it.
bool Reconciler::unsteer(const attachment::Attachment& attachment, const pools::Snapshot& snapshot) {
  if (!attachment.steering) return true;
  const auto* state = nic::find_nic(snapshot.nics, attachment.steering->nic);
  const auto nic = state == nullptr ? std::nullopt : std::optional(state->details.nic);
  try {
    if (attachment::unsteer(host_, nic, attachment, attachment::AttachmentStore(state_directory_))) {
      metrics_.steerings_removed.Increment();
      spdlog::warn("removed the flow rules of {}: its namespace, its netkit and its leases are gone",
                   attachment.describe_owner());
    }
    return true;
  } catch (const kernel::KernelError& error) {
    if (is_news(attachment, error)) {
      spdlog::error("could not remove the flow rules of {}, and tries again: {}", attachment.describe_owner(),
                    error.what());
    }
    return false;
  }
}

// An ADD may have gone on, and ended, since the record was scanned: what it did is judged by the next scan.
bool Reconciler::has_changed(const attachment::Attachment& attachment) const {
  const auto now =
      attachment::AttachmentStore(state_directory_).find(attachment.container_id, attachment.interface);
  return now && to_json_text(*now) != to_json_text(attachment);
}

// A record whose clean-up fails must not keep the others, nor the scan.
template <typename CleanUp>
bool Reconciler::attempt(const attachment::Attachment& attachment, CleanUp clean_up) {
  try {
    return !has_changed(attachment) && clean_up();
  } catch (const kernel::KernelError& error) {
    if (is_news(attachment, error)) {
      spdlog::error("could not clean up after {}, and tries again: {}", attachment.describe_owner(),
                    error.what());
    }
    return false;
  }
}

// Whoever holds the lock of the records would hold up each of them for as long as the first.
bool Reconciler::is_news(const attachment::Attachment& attachment, const kernel::KernelError& failure) {
  if (dynamic_cast<const kernel::LockHeld*>(&failure) != nullptr) is_locked_ = true;
  return std::exchange(failures_[attachment.describe_owner()], failure.what()) != failure.what();
}

bool Reconciler::forget_earlier_boot(const attachment::Attachment& attachment) {
  metrics_.lease_files_removed.Increment(
      static_cast<double>(remove_lease_files(attachment, state_directory_)));
  if (!attachment.ipam.empty()) return false;  // DEL or GC needs the record to release the addresses
  attachment::AttachmentStore(state_directory_).remove(attachment);
  metrics_.records_removed.Increment();
  spdlog::warn("removed the record of {}: it is of before the last reboot", attachment.describe_owner());
  return true;
}

// So that no neighbour sends to the pod's address any more.
void Reconciler::remove_proxies(const attachment::Attachment& attachment, const pools::Snapshot& snapshot) {
  if (!attachment.proxies) return;
  const auto* state = nic::find_nic(snapshot.nics, attachment.proxies->nic);
  const auto nic = state == nullptr ? std::nullopt : std::optional(state->details.nic);
  if (attachment::remove_proxies(host_, nic, attachment, attachment::AttachmentStore(state_directory_))) {
    spdlog::warn("NIC {} no longer answers ARP and NDP for the addresses of {}, which is gone",
                 attachment.proxies->nic, attachment.describe_owner());
  }
}

bool Reconciler::end(const attachment::Attachment& attachment, const pools::Snapshot& snapshot) {
  remove_proxies(attachment, snapshot);
  const bool unsteered = unsteer(attachment, snapshot);
  if (is_locked_) return false;
  metrics_.lease_files_removed.Increment(
      static_cast<double>(remove_lease_files(attachment, state_directory_)));
  // DEL or GC needs the record to release the addresses, the next scan to remove the rules.
  if (!unsteered || !attachment.ipam.empty()) return false;
  attachment::AttachmentStore(state_directory_).remove(attachment);
  metrics_.records_removed.Increment();
  spdlog::warn(
      "removed the record of {}: its namespace, its netkit and its leases are gone, and kubelet knows "
      "nothing of it; the runtime has not called DEL",
      attachment.describe_owner());
  return true;
}

bool Reconciler::forget_earlier_boots(const pools::Snapshot& snapshot) {
  bool changed = false;
  for (const auto& attachment : snapshot.of_earlier_boots) {
    if (is_locked_) break;
    changed |= attempt(attachment, [&] { return forget_earlier_boot(attachment); });
  }
  return changed;
}

bool Reconciler::reconcile(const pools::Snapshot& snapshot) {
  is_locked_ = false;
  std::erase_if(failures_, [&](const auto& entry) {
    const auto is_of = [&](const auto& attachment) { return attachment.describe_owner() == entry.first; };
    return std::ranges::none_of(snapshot.attachments, is_of) &&
           std::ranges::none_of(snapshot.of_earlier_boots, is_of);
  });
  const bool forgot = forget_earlier_boots(snapshot);
  const bool ended = end_abandoned(snapshot);
  lost_rules_.put_back(snapshot);
  return ended || forgot;
}

bool Reconciler::end_abandoned(const pools::Snapshot& snapshot) {
  due_.reset();
  std::vector<const attachment::Attachment*> abandoned;
  for (const auto& attachment : snapshot.attachments) {
    if (is_abandoned(attachment, snapshot)) abandoned.push_back(&attachment);
  }
  if (abandoned.empty()) return false;
  const auto allocated = pod_resources_.allocated_devices();
  if (!allocated) return false;
  bool changed = false;
  for (const auto* attachment : abandoned) {
    if (is_locked_) break;
    if (is_allocated(*attachment, *allocated)) continue;
    changed |= attempt(*attachment, [&] { return end(*attachment, snapshot); });
  }
  return changed;
}

// For the reason of attachment::least_wait_for_af_xdp.
bool Reconciler::is_bound_for_a_moment(const nic::NicState& nic, const kernel::Lease& lease) {
  constexpr std::chrono::milliseconds pause{200};
  const Netkit netkit{lease.netns_id, lease.ifindex};
  const bool bound = std::ranges::any_of(nic.queues, [&](const auto& queue) {
    const auto& of_queue = queue.second.lease;
    return queue.second.af_xdp && of_queue && Netkit{of_queue->netns_id, of_queue->ifindex} == netkit;
  });
  if (!bound) {
    bound_since_.erase(netkit);
    return false;
  }
  const auto now = Clock::now();
  if (now >= bound_since_.try_emplace(netkit, now).first->second + attachment::least_wait_for_af_xdp) {
    return false;
  }
  due_ = now + pause;
  return true;
}

// Somebody else may have ended the lease since the scan, and the ifindex may be another link's already.
bool Reconciler::is_still_leased(const nic::NicState& nic, std::uint32_t queue, const kernel::Lease& lease) {
  const auto netdev = kernel::Netdev::open(host_.generic());
  const auto now = netdev ? netdev->queue_get(nic.details.nic.ifindex, {queue}) : std::nullopt;
  return now && now->lease && now->lease->ifindex == lease.ifindex && now->lease->netns_id == lease.netns_id;
}

// False: the lease lasts, or has ended by itself.
bool Reconciler::end_lease(const pools::DeviceState& device, const pools::Snapshot& snapshot) {
  const auto nic = std::ranges::find(
      snapshot.nics, device.ifname, [](const auto& one) -> const auto& { return one.details.nic.ifname; });
  const auto* queue = nic == snapshot.nics.end() ? nullptr : nic::find_queue(*nic, device.id.queue);
  if (queue == nullptr || !queue->lease || pools::is_ending(*queue->lease)) return false;
  const Netkit netkit{queue->lease->netns_id, queue->lease->ifindex};
  if (deleted_.contains(netkit)) return true;  // with its lease of another queue
  if (is_bound_for_a_moment(*nic, *queue->lease)) return false;
  if (!is_still_leased(*nic, device.id.queue, *queue->lease)) return false;
  if (!kernel::Links(host_.route()).dellink(netkit.second, netkit.first)) return false;
  bound_since_.erase(netkit);
  deleted_.insert(netkit);
  return true;
}

bool Reconciler::reclaim_foreign(const pools::Snapshot& snapshot) {
  bool changed = false;
  deleted_.clear();
  const auto reclaim = [&](const pools::DeviceState& device) {
    if (device.occupancy != pools::Occupancy::foreign) return;
    try {
      if (!end_lease(device, snapshot)) return;
    } catch (const kernel::KernelError& error) {
      const auto refusal = device.id.to_string() + ": " + error.what();
      if (std::exchange(refusal_, refusal) != refusal) {
        spdlog::error("device {} could not be taken back, and is tried again: {}", device.id.to_string(),
                      error.what());
      }
      return;
    }
    metrics_.foreign_leases_reclaimed.Increment();
    changed = true;
    if (reclaimed_.add(device.id, Clock::now())) {
      spdlog::warn("took device {} back: it was {}", device.id.to_string(), device.holder);
    }
  };
  for (const auto& pool : snapshot.pools) std::ranges::for_each(pool.devices, reclaim);
  std::ranges::for_each(snapshot.host_queues, reclaim);
  return changed;
}

std::optional<Reconciler::Clock::time_point> Reconciler::due() const {
  const auto next = reclaimed_.due();
  return due_ && next ? std::min(*due_, *next) : due_ ? due_ : next;
}

}  // namespace rxlease::deviceplugin::reconcile
