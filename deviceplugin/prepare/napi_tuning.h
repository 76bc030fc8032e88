// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::prepare {

// The NAPI settings of leased queues: set as the pool wants them once a pod leases the queue, and set back
// when it no longer does. What was before is kept in <state directory>/napi.json, so that it is set back
// after a restart of the daemon too.
class NapiTuning {
 public:
  // `host`: the namespace that holds the NICs.
  NapiTuning(kernel::Namespace& host, const std::string& state_directory);

  // Brings the queues of the snapshot in line with the pools. Returns what the kernel refused, as problems of
  // the pools. KernelError when the file cannot be written.
  pools::Verdicts apply(const config::Config& config, const pools::Snapshot& snapshot);

 private:
  using Settings = kernel::NapiSettings;

  void tune(const kernel::Netdev& netdev, const kernel::DeviceId& device, const Settings& wanted,
            const Settings& now);
  static bool set_back(const kernel::Netdev& netdev, const Settings& before, const nic::NicState* nic,
                       std::uint32_t queue);
  void load();
  void save() const;

  kernel::Namespace& host_;
  std::string path_;
  std::map<kernel::DeviceId, Settings> before_;  // only of what was changed
};

}  // namespace rxlease::deviceplugin::prepare
