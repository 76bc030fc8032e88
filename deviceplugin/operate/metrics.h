// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/registry.h>

#include <mutex>
#include <string>

#include "deviceplugin/operate/add_durations.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::operate {

// The Prometheus metrics, collected at each scrape. Safe from any thread.
class Metrics {
 public:
  // Components register their counters here; a scrape lists all of them.
  prometheus::Registry& registry() { return registry_; }

  // Sets what the next scrapes report, and observes the ADDs that ended since the last call.
  void update(pools::Snapshot snapshot);

  // The text exposition format, version 0.0.4. The counters of queues are read from the kernel at each call,
  // in the calling thread's namespace.
  std::string scrape() const;

 private:
  prometheus::Registry registry_;
  AddDurations add_durations_{registry_};
  mutable std::mutex mutex_;  // snapshot_
  pools::Snapshot snapshot_;
};

}  // namespace rxlease::deviceplugin::operate
