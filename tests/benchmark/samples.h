// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace rxlease::benchmark {

// Repeated measurements of one thing, in milliseconds. Robust: what a busy machine does to a few of them
// leaves median and quartiles alone.
class Samples {
 public:
  void add(double milliseconds) { values_.push_back(milliseconds); }
  const std::vector<double>& values() const { return values_; }

  double median() const { return quantile(0.5); }
  double lower_quartile() const { return quantile(0.25); }
  double upper_quartile() const { return quantile(0.75); }
  double quantile(double part) const;  // NaN when there is no sample

 private:
  std::vector<double> values_;
};

// Sample by sample, for measurements that were taken in the same rounds.
Samples operator-(const Samples& a, const Samples& b);

}  // namespace rxlease::benchmark
