// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>

#include "deviceplugin/kubelet/counters.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/counters.h"
#include "deviceplugin/reconcile/counters.h"

namespace rxlease::deviceplugin::operate {

// The Prometheus metrics, collected at each scrape. Safe from any thread.
class Metrics {
 public:
  Metrics(const kubelet::AllocationCounters& allocations, const kubelet::RegistrationCounters& registrations,
          const reconcile::ReconciliationCounters& reconciliations,
          const prepare::PreparationCounters& preparations)
      : allocations_(allocations),
        registrations_(registrations),
        reconciliations_(reconciliations),
        preparations_(preparations) {}

  // Sets what the next scrapes report.
  void update(pools::Snapshot snapshot);

  // The text exposition format, version 0.0.4. The counters of queues are read from the kernel at each call,
  // in the calling thread's namespace.
  std::string scrape() const;

 private:
  const kubelet::AllocationCounters& allocations_;
  const kubelet::RegistrationCounters& registrations_;
  const reconcile::ReconciliationCounters& reconciliations_;
  const prepare::PreparationCounters& preparations_;
  mutable std::mutex mutex_;  // snapshot_
  pools::Snapshot snapshot_;
};

}  // namespace rxlease::deviceplugin::operate
