// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <string>

namespace rxlease::deviceplugin::prepare {

// What preparation did to each NIC, and found done by others.
class PreparationMetrics {
 public:
  explicit PreparationMetrics(prometheus::Registry& registry);

  // Those of one NIC.
  struct Counters {
    prometheus::Counter& prepared;
    prometheus::Counter& failed;
    prometheus::Counter& restored;
    prometheus::Counter& changed_by_others;
    prometheus::Counter& repaired;
  };

  // `nic`: its name in device ids. From the first call on a scrape lists all counters of the NIC, those that
  // are 0 too.
  Counters of(const std::string& nic);

 private:
  prometheus::Family<prometheus::Counter>& family_;
};

}  // namespace rxlease::deviceplugin::prepare
