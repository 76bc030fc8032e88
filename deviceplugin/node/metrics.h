// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace rxlease::deviceplugin::node {

// How the plugin's questions ended.
struct QuestionMetrics {
  explicit QuestionMetrics(prometheus::Registry& registry);

  prometheus::Counter& answered;
  prometheus::Counter& refused;

 private:
  explicit QuestionMetrics(prometheus::Family<prometheus::Counter>& family);
};

}  // namespace rxlease::deviceplugin::node
