// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "attachment/record/flow.h"
#include "kernel/ethtool/flow_rule.h"

namespace rxlease::attachment {

// What the flow rules of one attachment have to match, each once.
using SteeringPlan = std::vector<kernel::FlowMatch>;

// One attachment cannot have more flow rules than this.
constexpr std::size_t most_flow_rules = 256;

// Whether the flow names a destination, or one of the addresses can be its destination.
bool has_destination(const Flow& flow, const std::vector<kernel::IpAddress>& addresses);

// Plans every flow, for the destination that it names, or else for every address of the pod that can be its
// destination, block of ports by block. A flow without a destination gets no rule. Error (invalid) when the
// rules are too many; planning ends at the first that is.
SteeringPlan plan_steering(const std::vector<Flow>& flows, const std::vector<kernel::IpAddress>& addresses);

}  // namespace rxlease::attachment
