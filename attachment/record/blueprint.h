// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "attachment/record/addressing.h"
#include "attachment/record/netkit_spec.h"
#include "attachment/record/proxies.h"
#include "attachment/record/steering_plan.h"

namespace rxlease::attachment {

// What an attachment was made by, so that it can be made again when its NIC has gone and come back. The rest,
// its names and its devices, is in the record.
struct Blueprint {
  NetkitSpec netkit;                         // with the MAC addresses that the kernel chose
  Addressing addressing;                     // of both ends
  SteeringPlan flows;                        // to its queues; empty: none
  std::vector<kernel::IpAddress> proxied{};  // for which the NIC answers its neighbours
};

nlohmann::json to_json(const Blueprint& blueprint);

// nullopt: it is of another version of rxlease, which wrote it in another form. Throws
// nlohmann::json::exception for what is none.
std::optional<Blueprint> blueprint_from(const nlohmann::json& object);

}  // namespace rxlease::attachment
