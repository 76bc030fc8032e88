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
  // Where whoever counts something registers the counter; scrapes tell all that are there.
  prometheus::Registry& registry() { return registry_; }

  // What the next scrapes tell of.
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
