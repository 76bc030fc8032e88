// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

namespace rxlease::tests {

// How many times as long as on an idle machine a wait may take. tests/bench/boot sets RXLEASE_PATIENCE by the
// machine's load; outside the bench the load is asked for here, as tests/bench/lib/patience.sh does.
inline int patience_factor() {
  static const int factor = [] {
    if (const char* told = std::getenv("RXLEASE_PATIENCE")) return std::atoi(told);
    double load = 0;
    return getloadavg(&load, 1) == 1 ? 2 + static_cast<int>(load) : 2;
  }();
  return factor;
}

}  // namespace rxlease::tests
