// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "tests/benchmark/samples.h"

namespace rxlease::benchmark {

// One contestant's ADDs and DELs.
struct Verbs {
  Samples add, del;
  long peak_kib = 0;  // the largest resident size of any run
};

// While so many attachments are present.
struct Level {
  std::size_t present = 0;
  Verbs rxlease, floor;
};

struct Measurements {
  Verbs rxlease, ptp, host_local;          // both plugins with host-local, and host-local by itself
  Verbs rxlease_with_noop, ptp_with_noop;  // with an IPAM plugin that costs a static exec
  Verbs floor, noop;
  std::vector<Level> levels;
  std::uintmax_t plugin_bytes = 0;  // of the program file
};

// Prints it all as a markdown table on standard output.
void print_report(const Measurements& measurements);

}  // namespace rxlease::benchmark
