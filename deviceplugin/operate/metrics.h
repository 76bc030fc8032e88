// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/registry.h>

#include <mutex>
#include <string>

#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::operate {

// The Prometheus metrics, put together when somebody scrapes. Safe from any thread.
class Metrics {
 public:
  // Components register their counters here; a scrape lists all of them.
  prometheus::Registry& registry() { return registry_; }

  // The snapshot that the next scrapes show.
  void update(pools::Snapshot snapshot);

  // The text exposition format, version 0.0.4. Per-queue counters are read from the kernel now, in the
  // calling thread's namespace.
  std::string scrape() const;

 private:
  prometheus::Registry registry_;
  mutable std::mutex mutex_;  // snapshot_
  pools::Snapshot snapshot_;
};

}  // namespace rxlease::deviceplugin::operate
