// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "attachment/record/steering.h"
#include "attachment/record/steering_plan.h"

namespace rxlease::attachment {

// Spreads each flow over several queues without an RSS context: a rule for each queue, by bits of the source
// port. All packets of a connection have one source port, so they go to one queue. The number of rules is the
// power of two that is not less than that of the queues; then some queues get two. Error (invalid): a flow
// matches no ports, or the rules are too many. REQUIRES: two queues or more.
std::vector<SteeredFlow> spread(const SteeringPlan& plan, const std::vector<std::uint32_t>& queues);

}  // namespace rxlease::attachment
