// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/allocate/metrics.h"

namespace rxlease::deviceplugin::allocate {

namespace {

// Upper bounds in seconds. An Allocate makes folders, and for AF_XDP maps: usually less than a millisecond.
const prometheus::Histogram::BucketBoundaries bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                     0.01,   0.025,   0.05,   0.1,   0.5,    1};

}  // namespace

AllocationMetrics::AllocationMetrics(prometheus::Registry& registry)
    : AllocationMetrics(prometheus::BuildCounter()
                            .Name("rxlease_allocations_total")
                            .Help("Allocate calls of kubelet by outcome.")
                            .Register(registry),
                        prometheus::BuildHistogram()
                            .Name("rxlease_allocate_duration_seconds")
                            .Help("How long the daemon worked on each Allocate call of kubelet.")
                            .Register(registry)
                            .Add({}, bounds)) {}

AllocationMetrics::AllocationMetrics(prometheus::Family<prometheus::Counter>& outcomes,
                                     prometheus::Histogram& durations)
    : succeeded(outcomes.Add({{"outcome", "succeeded"}})),
      unknown_device(outcomes.Add({{"outcome", "unknown_device"}})),
      unhealthy_device(outcomes.Add({{"outcome", "unhealthy_device"}})),
      several_nics(outcomes.Add({{"outcome", "several_nics"}})),
      failed(outcomes.Add({{"outcome", "failed"}})),
      seconds(durations) {}

}  // namespace rxlease::deviceplugin::allocate
