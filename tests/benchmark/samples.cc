// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmark/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rxlease::benchmark {

double Samples::quantile(double part) const {
  if (values_.empty()) return std::numeric_limits<double>::quiet_NaN();
  auto sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

Samples operator-(const Samples& a, const Samples& b) {
  Samples difference;
  for (std::size_t i = 0; i < std::min(a.values().size(), b.values().size()); ++i) {
    difference.add(a.values()[i] - b.values()[i]);
  }
  return difference;
}

}  // namespace rxlease::benchmark
