// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/pools/allocations.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::heal {

// What a plan is made by.
struct Situation {
  const config::Config& config;
  const pools::Snapshot& snapshot;
  const pools::Verdicts& unprepared;  // against NICs that are not as their pools want them
  const pools::Allocations& allocations;
};

enum class Step {
  heal,    // now
  wait,    // until something changes that is likely to
  refuse,  // unless somebody does something about it
};

// What to do about an attachment whose netkit is gone.
struct Plan {
  Step step = Step::wait;
  std::string reason;                               // of waiting and refusing, for people
  std::vector<attachment::AttachedDevice> devices;  // to heal with
};

// Whether all queues of the attachment are leased to its netkit, by what the NICs show.
bool is_whole(const attachment::Attachment& attachment, const pools::Snapshot& snapshot);

// Plans it with the devices that kubelet allocated, as far as their NIC still has them. For each other one a
// free queue of the same pool and NIC stands in. REQUIRES: the attachment has devices.
Plan plan_of(const attachment::Attachment& attachment, const Situation& situation);

}  // namespace rxlease::deviceplugin::heal
