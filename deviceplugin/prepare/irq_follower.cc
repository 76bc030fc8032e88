// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/irq_follower.h"

#include <algorithm>

#include "deviceplugin/prepare/leased_queues.h"
#include "deviceplugin/prepare/queue_napi.h"
#include "kernel/irq.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using kernel::DeviceId;

// The CPUs of a container change when it is started again, which no notification tells.
constexpr std::chrono::seconds interval_of_questions{5};

std::set<DeviceId> leased_of(const config::Config& config, const pools::Snapshot& snapshot) {
  std::set<DeviceId> leased;
  for (const auto& pool : config.pools) {
    if (pool.irq_affinity != config::IrqAffinity::follow) continue;
    for (const auto& device : leased_queues(snapshot, pool.name)) leased.insert(device);
  }
  return leased;
}

IrqMover::IrqOf irqs_of(const kernel::Netdev& netdev, const std::string& sysfs) {
  return [&](const DeviceId& device) -> QueueIrq {
    const auto [is_told, napi] = napi_of(netdev, sysfs, device);
    return {.is_told = is_told, .irq = napi ? napi->irq : std::nullopt};
  };
}

}  // namespace

void IrqFollower::apply(const config::Config& config, const pools::Snapshot& snapshot) {
  const auto leased = leased_of(config, snapshot);
  if (leased.empty() && mover_.is_empty()) return;
  const auto netdev = kernel::Netdev::open(host_.generic());
  if (!netdev) return;
  ask_kubelet(leased);
  mover_.apply(cpus_, irqs_of(*netdev, sysfs_));
}

// What kubelet does not tell stays as it is.
void IrqFollower::ask_kubelet(const std::set<DeviceId>& leased) {
  if (cpus_.empty() && asked_for_.empty()) cpus_ = mover_.moved();  // by the daemon before
  const auto now = Clock::now();
  if (!std::ranges::includes(asked_for_, leased) || now >= ask_again_) {
    const auto pinned = leased.empty() ? std::nullopt : pinned_cpus_();
    if (pinned) {
      cpus_.clear();
      asked_for_ = leased;
      for (const auto& device : leased) {
        const auto cpus = pinned->find(device.to_string());
        if (cpus != pinned->end() && !cpus->second.empty()) cpus_[device] = kernel::cpu_list(cpus->second);
      }
    }
    ask_again_ = now + interval_of_questions;
  }
  std::erase_if(cpus_, [&](const auto& device) { return !leased.contains(device.first); });
  std::erase_if(asked_for_, [&](const auto& device) { return !leased.contains(device); });
}

std::set<DeviceId> give_back_irqs(kernel::Namespace& host, const std::string& sysfs,
                                  const std::string& state_directory) {
  IrqMover mover(IrqFiles::of_kernel(), state_directory);
  const auto netdev = kernel::Netdev::open(host.generic());
  if (mover.is_empty() || !netdev) return {};
  mover.apply({}, irqs_of(*netdev, sysfs));
  std::set<DeviceId> left;
  for (const auto& [device, cpus] : mover.moved()) left.insert(device);
  return left;
}

}  // namespace rxlease::deviceplugin::prepare
