// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/add_durations.h"

#include <utility>

namespace rxlease::deviceplugin::operate {

namespace {

// Upper bounds in seconds: an ADD takes some 20 ms, and more if it waits for a queue (leaseTimeoutMs), for
// the IPAM plugin or for the daemon.
const prometheus::Histogram::BucketBoundaries bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                     1,     2.5,  5,     10,   30,  60};

}  // namespace

AddDurations::AddDurations(prometheus::Registry& registry)
    : seconds_(prometheus::BuildHistogram()
                   .Name("rxlease_cni_add_duration_seconds")
                   .Help("How long each ADD of the CNI plugin took that made an attachment.")
                   .Register(registry)
                   .Add({}, bounds)) {}

void AddDurations::observe(const std::vector<attachment::Attachment>& attachments) {
  std::set<Add> present;
  for (const auto& attachment : attachments) {
    if (attachment.lent || !attachment.add_duration) continue;  // no ADD, or one that has not ended
    Add add{attachment.container_id, attachment.interface, *attachment.add_duration};
    if (known_ && !known_->contains(add)) {
      seconds_.Observe(std::chrono::duration<double>(*attachment.add_duration).count());
    }
    present.insert(std::move(add));
  }
  known_ = std::move(present);
}

}  // namespace rxlease::deviceplugin::operate
