// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cni/plugin.h"
#include "cni/result.h"
#include "kernel/flow_rules.h"

namespace rxlease::cni {

// The flows that the attachment is to get: what was asked for this one pod, in args.cni or else in CNI_ARGS,
// in place of what the network says for all.
const std::vector<Flow>& flows_of(const Call& call);

// Whether the pod itself asks for some.
bool asks_for_flows(const Call& call);

// The pod's addresses: those of `result`, or else, behind another plugin, those of prevResult.
std::vector<kernel::IpAddress> addresses_of(const Call& call, const Result& result);

// One netkit cannot have more flow rules than this.
constexpr std::size_t most_flow_rules = 256;

// What the rules have to match, each once: every flow, for the destination that it names, or else for every
// address of the pod that can be its destination, block of ports by block. Error 7 where there is no such
// address, or the rules are too many.
std::vector<kernel::FlowMatch> plan_steering(const std::vector<Flow>& flows,
                                             const std::vector<kernel::IpAddress>& addresses);

}  // namespace rxlease::cni
