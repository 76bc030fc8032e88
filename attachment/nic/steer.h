// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "attachment/record/attachment.h"
#include "attachment/record/error.h"
#include "attachment/record/steering_plan.h"
#include "attachment/site/machine.h"
#include "kernel/ip.h"
#include "kernel/nic.h"

namespace rxlease::attachment {

// Error (invalid) for a NIC that has no flow rules.
void require_steering(Machine& machine, const kernel::Nic& nic);

// Error (invalid) for flows that cannot be spread over the queues, as the NIC has no RSS contexts.
void require_spread(Machine& machine, const kernel::Nic& nic, const SteeringPlan& plan,
                    const std::vector<AttachedDevice>& devices);

// Error (busy) when the NIC has a rule for one of these flows already. Names its owner by the records.
void refuse_taken_flows(const Site& site, const kernel::Nic& nic, const SteeringPlan& plan);

// Error (invalid) when the host itself has one of a pod's addresses: its own traffic would go to the pod.
// `part` is what wants them.
void refuse_host_addresses(Machine& machine, const std::vector<kernel::IpAddress>& addresses, Part part);

// Brings the flows to the record's devices: to the only one, or to all by an RSS context, or by a rule for
// each where the driver has no contexts. Everything is
// written into the record before it is done, and again once its location is known. Error (busy) if another
// rule has taken a flow since refuse_taken_flows(), or the NIC's table is full; (invalid) when the NIC cannot
// match the flows. unsteer() undoes what was done by then. Holds the store's lock.
void steer(const Site& site, const kernel::Nic& nic, const SteeringPlan& plan, Attachment& record);

}  // namespace rxlease::attachment
