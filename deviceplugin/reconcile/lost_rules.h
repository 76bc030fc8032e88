// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/reconcile/metrics.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::reconcile {

// Puts back the flow rules of pods that a NIC has lost, as by `ethtool --reset`: without them the NIC copies
// all that the pods receive.
class LostRules {
 public:
  LostRules(kernel::Namespace& host, std::string state_directory, ReconciliationMetrics& metrics)
      : host_(host), state_directory_(std::move(state_directory)), metrics_(metrics) {}

  // A NIC or a pod for which this fails is logged once, and does not keep the others from it.
  void put_back(const pools::Snapshot& snapshot);

 private:
  void put_back(const nic::NicState& nic, const pools::Snapshot& snapshot);
  void fail(const std::string& whose, const std::string& why);

  kernel::Namespace& host_;
  std::string state_directory_;
  ReconciliationMetrics& metrics_;
  std::map<std::string, std::string> failures_;  // as logged, by owner or NIC
};

}  // namespace rxlease::deviceplugin::reconcile
