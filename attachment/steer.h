// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/attachment_store.h"
#include "cni/plugin.h"
#include "kernel/flow_rules.h"
#include "kernel/nic.h"

namespace rxlease::cni {

// What can be known before anything is done. Error 7 for a NIC that has no flow rules, or no RSS contexts
// where flows are for several queues; 100 for a kernel that cannot make contexts.
void require_steering(System& system, const kernel::Nic& nic, std::size_t queues);

// Error 11 when the NIC has a rule for one of these flows already: names the pod whose it is by the records.
void refuse_taken_flows(const Call& call, const kernel::Nic& nic,
                        const std::vector<kernel::FlowMatch>& flows);

// Brings the flows to the attachment's queues: to the only one, or to all by an RSS context. Everything is
// written into `record` before it is done, and again when its location is known. Error 11 when NIC and flows
// stand in the way of each other only now, 7 when the NIC cannot match them. What is done already is left to
// unsteer(). Holds the store's lock.
void steer(const Call& call, const kernel::Nic& nic, const std::vector<kernel::FlowMatch>& flows,
           attachment::Attachment& record);

// Undoes it, as far as it is still there.
void unsteer(const Call& call, const attachment::Attachment& record);

// What of it is missing, a sentence each.
std::vector<std::string> missing_steering(System& system, const attachment::Attachment& record);

}  // namespace rxlease::cni
