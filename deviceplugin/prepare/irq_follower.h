// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/irq_mover.h"

namespace rxlease::deviceplugin::prepare {

// Lets the interrupts of leased queues follow the CPUs of their pods, for pools with "irqAffinity: follow".
class IrqFollower {
 public:
  // Asks kubelet: the CPUs of the container that has a device, by device id; none where it is not pinned.
  // nullopt: kubelet does not tell.
  using PinnedCpus = std::function<std::optional<std::map<std::string, std::set<std::uint32_t>>>()>;

  // `host`: the namespace that holds the NICs, which `sysfs` shows.
  IrqFollower(kernel::Namespace& host, std::string sysfs, const std::string& state_directory,
              PinnedCpus pinned_cpus)
      : host_(host),
        sysfs_(std::move(sysfs)),
        mover_(IrqFiles::of_kernel(), state_directory),
        pinned_cpus_(std::move(pinned_cpus)) {}

  // Moves the interrupts of the snapshot's queues, or moves them back. KernelError: see IrqMover.
  void apply(const config::Config& config, const pools::Snapshot& snapshot);

 private:
  using Clock = std::chrono::steady_clock;

  void ask_kubelet(const std::set<kernel::DeviceId>& leased);

  kernel::Namespace& host_;
  std::string sysfs_;
  IrqMover mover_;
  PinnedCpus pinned_cpus_;
  std::set<kernel::DeviceId> asked_for_;
  Clock::time_point ask_again_;
  IrqMover::Cpus cpus_;  // as kubelet told last
};

// Moves back what a daemon has moved, as an uninstallation needs it. Returns the queues whose interrupts stay
// where they are, since the NIC is down.
std::set<kernel::DeviceId> give_back_irqs(kernel::Namespace& host, const std::string& sysfs,
                                          const std::string& state_directory);

}  // namespace rxlease::deviceplugin::prepare
