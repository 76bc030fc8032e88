// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deviceplugin/ctl/show/observer.h"

namespace rxlease::deviceplugin::ctl {

// What a node's queues had received at a moment.
struct Sample {
  std::chrono::steady_clock::time_point at;
  Overview overview;
  RxCounters counters;
};

// A second, between two samples. Absent: it is not known.
struct Rate {
  std::optional<double> packets, bytes, drops;
};

struct QueueRate {
  kernel::DeviceId id;
  std::string pool;            // empty: none
  std::optional<Owner> owner;  // absent: nobody has it, or nobody knows who
  Rate rate;
};

struct PodRate {
  Owner owner;
  std::size_t queues = 0;  // leased now
  Rate rate;               // of these
};

struct NicRate {
  std::string name, ifname;
  Rate rate;  // of all its receive queues, the host's included
};

// Each list begins with who receives the most bytes.
struct Rates {
  std::chrono::duration<double> over{0};
  std::vector<NicRate> nics;
  std::vector<PodRate> pods;
  std::vector<QueueRate> queues;  // of pools, and in use
};

// The rates between two samples, by the time that really passed. A counter that is smaller than before was
// restarted: it has no rate, and adds nothing to sums. So have the queues of a NIC that was plugged in anew,
// and a queue that came to another pod in between, which would be blamed for its predecessor's packets.
Rates rates_between(const Sample& before, const Sample& after);

}  // namespace rxlease::deviceplugin::ctl
