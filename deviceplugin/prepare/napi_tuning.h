// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::prepare {

// The NAPI settings of leased queues. Applies the pool's settings when a pod leases a queue, and resets them
// when the lease ends. Keeps the earlier settings in <state directory>/napi.json, so that a restarted daemon
// can reset them.
class NapiTuning {
 public:
  // `host`: the namespace that holds the NICs, which `sysfs` shows.
  NapiTuning(kernel::Namespace& host, std::string sysfs, const std::string& state_directory);

  // Applies or resets the settings of the snapshot's queues. Returns the kernel's refusals as problems of the
  // pools. KernelError: the file cannot be written.
  pools::Verdicts apply(const config::Config& config, const pools::Snapshot& snapshot);

  // Resets all settings, as an uninstallation needs it. Returns the queues that keep theirs, since the NIC is
  // down. KernelError as apply()'s.
  std::set<kernel::DeviceId> give_back();

 private:
  using Settings = kernel::NapiSettings;

  void tune(const kernel::Netdev& netdev, const kernel::DeviceId& device, const Settings& wanted,
            const Settings& now);
  bool set_back(const kernel::Netdev& netdev, const kernel::DeviceId& device);
  void load();
  void save() const;

  kernel::Namespace& host_;
  std::string sysfs_;
  std::string path_;
  std::map<kernel::DeviceId, Settings> before_;  // only the settings that were changed
};

}  // namespace rxlease::deviceplugin::prepare
