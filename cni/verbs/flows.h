// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "attachment/record/steering_plan.h"
#include "cni/system/result.h"
#include "cni/verbs/call.h"

namespace rxlease::cni {

// The flows that the attachment is to get: those asked for this one pod, in args.cni or else in CNI_ARGS, in
// place of those that the network has for all pods.
const std::vector<attachment::Flow>& flows_of(const Call& call);

// Whether the pod itself asks for flows.
bool asks_for_flows(const Call& call);

// The pod's addresses: those of `result`, or else, behind another plugin, those of prevResult.
std::vector<kernel::IpAddress> addresses_of(const Call& call, const Result& result);

// For addresses whose packets are to be brought to the pod, as `part` wants it. attachment::Error (invalid)
// when one was asked for by the runtime or the pod and checked by nobody: it may be somebody else's. With
// "podDestinations" pods are trusted. The same when the host has one of them.
void refuse_foreign_addresses(const Call& call, const std::vector<kernel::IpAddress>& addresses,
                              attachment::Part part);

// The plan for the attachment's flows, given the result of the IPAM plugin. Besides the errors of
// plan_flows(), those of refuse_foreign_addresses() where the flows are for the pod's addresses.
attachment::SteeringPlan plan_for(const Call& call, const Result& result);

// The plan for these flows. Error 7 for a flow that none of the addresses can be the destination of;
// attachment::Error when the rules are too many.
attachment::SteeringPlan plan_flows(const std::vector<attachment::Flow>& flows,
                                    const std::vector<kernel::IpAddress>& addresses);

}  // namespace rxlease::cni
