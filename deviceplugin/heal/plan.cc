// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/heal/plan.h"

#include <algorithm>

#include "deviceplugin/pools/lease_origin.h"

namespace rxlease::deviceplugin::heal {

namespace {

using attachment::AttachedDevice;
using attachment::Attachment;
using kernel::DeviceId;
using pools::PoolState;

bool is_same(const Attachment& a, const Attachment& b) {
  return a.container_id == b.container_id && a.interface == b.interface;
}

// The pool that has the device; null: none.
const PoolState* pool_of(const DeviceId& device, const pools::Snapshot& snapshot) {
  const auto found = std::ranges::find_if(
      snapshot.pools, [&](const PoolState& pool) { return pool.find(device) != nullptr; });
  return found == snapshot.pools.end() ? nullptr : &*found;
}

// Makes one plan.
class Planner {
 public:
  Planner(const Attachment& attachment, const Situation& situation)
      : attachment_(attachment), situation_(situation), snapshot_(situation.snapshot) {}

  Plan run() {
    if (!attachment_.blueprint) {
      return refuse("its record is of another version of rxlease, and does not tell how it was made");
    }
    const auto& first = attachment_.devices.front().in_container();
    pool_ = pool_of(first, snapshot_);
    if (pool_ == nullptr) return refuse("no pool has its queue " + first.to_string());
    const auto configured = std::ranges::find(situation_.config.pools, pool_->name, &config::Pool::name);
    if (configured == situation_.config.pools.end() || !configured->heal) {
      return refuse("pool " + pool_->name + " has heal: false");
    }
    nic_ = nic::find_nic(snapshot_.nics, first.nic);
    if (const auto why = nic_trouble(); !why.empty()) return wait(why);
    if (!attachment_.pod_name.empty() && !situation_.allocations) {
      return wait("kubelet does not tell whether the pod still has its queues");
    }
    return choose_devices();
  }

 private:
  static Plan refuse(std::string reason) { return {Step::refuse, std::move(reason), {}}; }
  static Plan wait(std::string reason) { return {Step::wait, std::move(reason), {}}; }

  std::string nic_trouble() const {
    const auto& first = attachment_.devices.front().in_container();
    if (nic_ == nullptr) return "its NIC " + first.nic + " is gone";
    if (!nic_->cannot_lease.empty()) return "its NIC cannot lease queues: " + nic_->cannot_lease;
    if (!nic_->up) return "its NIC is down";
    return situation_.unprepared.reason(pool_->name, first);
  }

  Plan choose_devices() {
    std::vector<AttachedDevice> devices;
    for (const auto& device : attachment_.devices) {
      const auto& own = device.in_container();
      if (own.queue < nic_->details.rx_queues) {
        if (const auto other = other_owner(own); !other.empty()) {
          return refuse("queue " + own.to_string() + " is that of " + other + " by now");
        }
        devices.push_back({own});
        continue;
      }
      const auto gone = "queue " + own.to_string() + " is gone, since its NIC has only " +
                        std::to_string(nic_->details.rx_queues) + " receive queues now";
      if (pool_->use == config::PoolUse::af_xdp) {
        return refuse(gone +
                      ", and for AF_XDP no other queue can stand in: the container has a map of this one");
      }
      const auto stand_in = find_stand_in(device, devices);
      if (!stand_in) return refuse(gone + ", and pool " + pool_->name + " has no free queue to stand in");
      devices.push_back({.id = *stand_in, .allocated = own});
    }
    return {Step::heal, "", std::move(devices)};
  }

  // Who has the device by now, by kubelet or a record of somebody else; empty: nobody else.
  std::string other_owner(const DeviceId& id) const {
    const auto pod = attachment_.pod_name.empty() ? "" : attachment_.describe_pod();
    if (situation_.allocations) {
      const auto found = situation_.allocations->find(id.to_string());
      if (found != situation_.allocations->end() && found->second != pod) return found->second;
    }
    const auto* other = recorded_owner(id);
    return other == nullptr ? "" : other->describe_owner();
  }

  const Attachment* recorded_owner(const DeviceId& id) const {
    const auto found = std::ranges::find_if(snapshot_.attachments, [&](const Attachment& other) {
      return !is_same(other, attachment_) && std::ranges::any_of(other.devices, [&](const auto& device) {
        return device.id == id || device.in_container() == id;
      });
    });
    return found == snapshot_.attachments.end() ? nullptr : &*found;
  }

  // Kubelet must say that no pod has it: a pod without a record may be about to get it.
  bool can_stand_in(const DeviceId& id, const std::vector<AttachedDevice>& chosen) const {
    const auto* queue = nic::find_queue(*nic_, id.queue);
    const auto is_it = [&](const AttachedDevice& device) {
      return device.id == id || device.in_container() == id;
    };
    return id.nic == nic_->details.nic.name && queue != nullptr && !queue->lease && !queue->af_xdp &&
           !queue->memory_provider && situation_.allocations &&
           !situation_.allocations->contains(id.to_string()) && recorded_owner(id) == nullptr &&
           std::ranges::none_of(chosen, is_it) && std::ranges::none_of(attachment_.devices, is_it) &&
           snapshot_.verdicts.reason(pool_->name, id).empty();
  }

  // The one that stood in before, if it still can.
  std::optional<DeviceId> find_stand_in(const AttachedDevice& device,
                                        const std::vector<AttachedDevice>& chosen) const {
    if (device.allocated && device.id.queue < nic_->details.rx_queues && other_owner(device.id).empty()) {
      return device.id;
    }
    const auto found = std::ranges::find_if(
        pool_->devices, [&](const auto& state) { return can_stand_in(state.id, chosen); });
    return found == pool_->devices.end() ? std::nullopt : std::optional(found->id);
  }

  const Attachment& attachment_;
  const Situation& situation_;
  const pools::Snapshot& snapshot_;
  const PoolState* pool_ = nullptr;
  const nic::NicState* nic_ = nullptr;
};

}  // namespace

bool is_whole(const Attachment& attachment, const pools::Snapshot& snapshot) {
  return !attachment.unfinished && std::ranges::all_of(attachment.devices, [&](const auto& device) {
    const auto* queue = nic::find_queue(snapshot.nics, device.id);
    return queue != nullptr && queue->lease &&
           pools::explains(attachment, device.id, *queue->lease, snapshot.namespaces);
  });
}

Plan plan_of(const Attachment& attachment, const Situation& situation) {
  return Planner(attachment, situation).run();
}

}  // namespace rxlease::deviceplugin::heal
